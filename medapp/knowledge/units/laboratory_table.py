"""Substances of the laboratory: names, LOINC codes in blood, serum or plasma, then those in other systems."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
hemoglobin, hgb, hb | 718-7 20509-6 30313-1 30350-3 30351-1 30352-9 59260-0 55782-7 | \
urine:5794-3,725-2,57751-0 stool:57905-2,29771-3,2335-8,27396-1,58453-2
hemoglobin a1c, hba1c, a1c, glycated hemoglobin, glycosylated hemoglobin, hemoglobin a1c/hemoglobin total, \
hemoglobin a1c hemoglobin | 4548-4 17856-6 4549-2 59261-8 17855-8 41995-2 62388-4 |
hematocrit, hct, haematocrit | 4544-3 20570-8 4545-0 |
leukocytes, white blood cells, white blood cell count, wbc, white cells, leucocytes, leukocyte count, wbc \
count | 6690-2 26464-8 804-5 | urine:5821-4,20455-2
erythrocytes, red blood cells, red blood cell count, rbc, red cells, erythrocyte count, rbc count | 789-8 \
26453-1 | urine:13945-1
platelets, platelet count, plt, thrombocytes | 777-3 26515-7 778-1 |
neutrophils, neutrophil count, absolute neutrophils | 751-8 26499-4 753-4 |
lymphocytes, lymphocyte count, absolute lymphocytes | 731-0 26474-7 732-8 |
monocytes, monocyte count, absolute monocytes | 742-7 26484-6 |
eosinophils, eosinophil count, absolute eosinophils | 711-2 26449-9 |
basophils, basophil count, absolute basophils | 704-7 26444-0 |
creatinine, creat | 2160-0 38483-4 14682-9 59826-8 | urine:2161-8,14683-7,2162-6
glucose, blood sugar, sugar, glu | 2345-7 2339-0 2340-8 2341-6 1558-6 41653-7 32016-8 14749-6 15074-8 \
14743-9 | urine:2350-7,5792-7,25428-4 csf:2342-4
cholesterol, chol | 2093-3 14647-2 |
hdl cholesterol, hdl, cholesterol in hdl, high density lipoprotein cholesterol, high density lipoprotein, \
cholesterol hdl, hdl c | 2085-9 14646-4 |
ldl cholesterol, ldl, cholesterol in ldl, low density lipoprotein cholesterol, low density lipoprotein, \
cholesterol ldl, ldl c | 2089-1 13457-7 18262-6 22748-8 39469-2 |
triglycerides, triglyceride, trig | 2571-8 3043-7 14927-8 |
urea nitrogen, bun, blood urea nitrogen | 3094-0 6299-2 14937-7 | urine:3095-7
urea | 3091-6 22664-7 |
bilirubin, bili | 1975-2 42719-5 14631-6 | urine:5770-3,20505-4
direct bilirubin, conjugated bilirubin, bilirubin glucuronidated, bilirubin direct conjugated | 1968-7 \
14629-0 |
indirect bilirubin, unconjugated bilirubin, bilirubin non glucuronidated | 1971-1 14630-8 |
calcium | 17861-6 49765-1 2000-8 | urine:17862-4
ionized calcium, calcium free, ionised calcium | 17864-0 1994-3 1995-0 |
uric acid, urate | 3084-1 14933-6 | urine:3086-6
phosphate, phosphorus, inorganic phosphate | 2777-1 14879-1 | urine:2778-9
magnesium | 19123-9 2601-3 |
sodium, na | 2951-2 2947-0 | urine:2955-3
potassium, k | 2823-3 6298-4 | urine:2828-2
chloride, cl | 2075-0 2069-3 | urine:2078-4
bicarbonate, hco3 | 1963-8 1959-6 1960-4 |
carbon dioxide, co2 | 2028-9 20565-8 |
albumin, alb | 1751-7 2862-1 54347-0 | urine:1754-1,14957-5 csf:1746-7
protein | 2885-2 | urine:2888-6,20454-5,5804-0 csf:2880-3
alanine aminotransferase, alt, sgpt | 1742-6 1743-4 1744-2 |
aspartate aminotransferase, ast, sgot | 1920-8 30239-8 |
alkaline phosphatase, alp, alk phos | 6768-6 |
gamma glutamyl transferase, ggt | 2324-2 |
lactate dehydrogenase, ldh | 2532-0 14804-9 14805-6 |
creatine kinase, ck, cpk | 2157-6 |
lipase | 3040-3 |
amylase | 1798-8 | urine:1799-6
lactate, lactic acid | 2524-7 32693-4 2518-9 |
c reactive protein, crp, reactive protein | 1988-5 30522-7 |
ferritin | 2276-4 |
iron | 2498-4 14798-3 |
thyrotropin, tsh, thyroid stimulating hormone | 3016-3 11580-8 |
thyroxine free, free t4, t4 free, ft4 | 3024-7 14920-3 |
thyroxine, t4 | 3026-2 14921-1 |
triiodothyronine, t3 | 3053-6 14930-2 |
triiodothyronine free, free t3, t3 free, ft3 | 3051-0 14928-6 |
folate, folic acid | 2284-8 14732-2 |
cobalamin, cobalamins, vitamin b12, b12 | 2132-9 14685-2 |
cortisol | 2143-6 14675-3 |
"""
