"""The certificate of a dataset: what it claims, as SQL that anybody can run without this program."""

from demo_data.export.certificate.claim import Claim as Claim
from demo_data.export.certificate.claim import Claims as Claims
from demo_data.export.certificate.claim import Definition as Definition
from demo_data.export.certificate.claim import QueryClaim as QueryClaim
from demo_data.export.certificate.claim import RowClaim as RowClaim
from demo_data.export.certificate.claim import column as column
from demo_data.export.certificate.claim import each_row as each_row
from demo_data.export.certificate.claim import no_row as no_row
from demo_data.export.certificate.claim import text as text
from demo_data.export.certificate.claim import texts as texts
from demo_data.export.certificate.document import certificate as certificate
