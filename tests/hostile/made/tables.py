"""Broken and malicious tables, and what only looks like one."""

from __future__ import annotations

import gzip

from tests.hostile.made.kind import MEGABYTE, Files

ROWS = "patient_id,date,creatinine\n1,2020-01-05,1.2\n2,2020-02-06,1.4\n"
PEOPLE = "person_id,gender_concept_id,year_of_birth\n"

TABLES: Files = {
    "open_quote": ("any", f'{ROWS}3,2020-01-01,"1.2\n4,2020-01-02,1.3\n'),
    "nul": ("any", ROWS + "3,2020\0-01-01,1.2\n"),
    "ragged": ("any", ROWS + "3\n4,5\n,,,,,,,\n"),
    "formula_names": ("any", "=1+1,patient_id,x\n=1+1,1,3\n=2+2,2,6\n"),
    "links": ("any", "patient_id,file,value\n1,@FILE@,2\n2,@URL@,3\n"),
    "same_names": ("refused", "patient_id,patient_id,value\n1,1,2\n2,2,3\n"),
    "utf16": ("waits", ROWS.encode("utf-16")),
    "windows": ("waits", ROWS.replace("creatinine", "Gr\xf6\xdfe").encode("cp1252")),
    "long_cell": ("any", ROWS + "3,2020-01-01," + "x" * 2 * MEGABYTE + "\n"),
    "long_line": ("any", ROWS + "3," * 6 * MEGABYTE + "\n4,2020-01-01,1\n"),
    "no_rows": ("refused", "patient_id,date,creatinine\n"),
    "blank": ("refused", " \n" * 100),
    "one_line": ("refused", ",".join(f"c{number}" for number in range(20_000)) + "\n1"),
    "binary": ("refused", ROWS.encode() + bytes(range(256)) * 300),
    "omop_cells": ("told", PEOPLE + "1,8507,1950\nx,y,z\n3,8507\n,8507,1960\n"),
    "omop_version": ("refused", "cdm_source_name,cdm_version\nx,v4.0\n"),
    "omop_nobody": ("refused", "concept_id,concept_name,vocabulary_id,concept_code\n1,a,LOINC,2\n"),
    "omop_cut_gz": ("told", gzip.compress((PEOPLE + "1,8507,1950\n" * 5000).encode())[:-15]),
    "bomb_gz": ("any", lambda: gzip.compress(ROWS.encode() + b"9,2020-01-01,1.0\n" * 50_000, 1)),
}
