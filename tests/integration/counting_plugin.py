"""A plugin that counts nitrogens: it refuses chlorine, says nothing of boron, fails at iodine."""

from medapp.api import MoleculesResult, hookimpl
from medapp.api.molecule_file import read
from medapp.api.wire_molecules import RowWriter
from medapp.domain.molecule import MoleculeRow, Property

TASK = "counting.nitrogen"
portions = []


@hookimpl
def medapp_study_molecules(request, context):
    if request.task != TASK:
        return None
    refused = asked = 0
    with RowWriter(request.out) as rows:
        for one in read(request.source):
            context.check_cancelled()
            asked += 1
            if "I" in one.text:
                message = "iodine is too heavy"
                raise ValueError(message)
            if "B" in one.text.replace("Br", ""):
                continue
            reason = "There is chlorine in it." if "Cl" in one.text else ""
            refused += bool(reason)
            count = Property("nitrogens", float(one.text.upper().count("N")), "atoms")
            rows.write(
                MoleculeRow(
                    one.number, smiles=one.text, refused=reason, properties=() if reason else (count,)
                )
            )
        done = rows.done
    portions.append(asked)
    context.progress(1.0)
    context.record("counted by", "hand")
    return MoleculesResult(done, refused)
