"""What is refused is a sentence and no fault: nothing to report, nothing to try again."""

from medapp.jobs import JobFailed
from medapp.ui.shell.problem import from_error, is_refusal, refusal


def test_what_a_job_refuses_is_told_apart_from_what_breaks():
    refused = JobFailed("the record holds no phenotype", kind="refused")
    broken = JobFailed("division by zero", kind="error")
    assert is_refusal(refused)
    assert not is_refusal(broken)
    assert is_refusal(ValueError("it cannot run: it needs images"))
    assert not is_refusal(RuntimeError("x"))
    assert not is_refusal(OSError("x"))


def test_a_refusal_is_one_sentence():
    error = JobFailed("the record holds no phenotype.", kind="refused", log_tail="step 1")
    found = refusal(error, "Rare diseases gives no answer:")
    assert found.what == "Rare diseases gives no answer: the record holds no phenotype."
    assert found.refused
    assert (found.advice, found.details, found.kept) == ("", "", "")
    assert not from_error(error).refused
