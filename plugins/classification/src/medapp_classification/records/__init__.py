"""What the tasks about records share: cohorts, histories, and how a record becomes one."""
