"""patient.together: what several experts say of one question, put together by what each is worth."""
