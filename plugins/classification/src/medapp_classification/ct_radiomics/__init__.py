"""ct.radiomics: features of a segment by the definitions of the Image Biomarker Standardisation Initiative.

Written after the IBSI reference manual. Of the libraries that were tried, pyradiomics has no GLDZM, no
intensity-volume histogram and no local intensity, and departs from the manual where its own names are older;
mirp has all and reproduces them, but needs more than nine minutes for five of the eleven families of a lung.
"""
