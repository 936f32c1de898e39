"""Answers about a patient from images, record and genome."""
