"""treatment.next: which medicines were prescribed at visits like the current one."""
