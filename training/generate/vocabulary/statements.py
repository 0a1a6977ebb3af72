"""How statements, payments and people word a transaction; `{m}` merchant, `{p}` payee, `{w}` purpose, `{a}` amount."""

CARD_LINES = """
US: POS PURCHASE {m} {city} {region}; POS DEBIT {m} #{d4}; PURCHASE AUTHORIZED ON {mmdd} {m} {city} {region} CARD
  {d4}; CHECKCARD {mmdd} {m} {city} {region}; DEBIT CARD PURCHASE XXXXX{d4} {m};
  {m} {d3}-{d3}-{d4} {region}; {m} #{d4} {city} {region}; {m} {city} {region}; ACH DEBIT {m} WEB PMT; RECURRING PMT
  {m}; PAYPAL *{m}; SQ *{m} {city} {region}; TST* {m}; SP {m}; VISA {m} {mmdd}; {m} {d6}; PP*{m}; {m} STORE {d4}; BILL
  PAY {m}; APPLE PAY {m}; WEB PMT SINGLE {m}; PREAUTH {m}
GB: CARD PAYMENT TO {m} ON {ddmm}; CARD {d4} PAYMENT TO {m}; VIS {m} {city}; CONTACTLESS {m} {city} GB; DD {m} {ref};
  DIRECT DEBIT {m} REF {d8}; SUMUP *{m}; ZETTLE_*{m}; IZ *{m}; {d4} {ddmm} {m} {city} GB; POS {m} CD {d4}; {m} {d4}
  {city}; {m} {city} GB; BP {m} {ref}; DEB {m} CD {d4};
  {m} {city}; PAYPAL *{m}; {m} INTERNET GB; GOOGLE PAY {m}; BCC {m} {ddmm}; {m} ON {ddmm} BCC; KLARNA*{m}; {m} LONDON;
  BILL PAYMENT {m} {d6}; CARD PURCHASE {m}; FPO {m} {ref}
EU: SEPA LASTSCHRIFT {m} MREF {d8}; CARTE {ddmm} {m} {city}; PRLV SEPA {m}; KARTENZAHLUNG {m}//{city}/DE; COMPRA TARJ.
  {d4} {m} {city}; PAGAMENTO POS {m} {city}; BETAALAUTOMAAT {m} {city}; SEPA DD {m} {ref}; ACHAT CB {m} {ddmm};
  GIROCARD {m} {city}; RECIBO {m}; VISA {m} {city}; {m} SAGT DANKE {d5};
  BANCONTACT {m}; EC {m} {city}; PAYPAL EUROPE S.A.R.L. {m}; ADDEBITO SDD {m}; IDEAL {m} {d8}; POS {m} {ddmm}; {m}
  {city}; PAIEMENT CARTE {m}; SUMUP *{m}
CA: INTERAC PURCHASE {d4} {m}; IDP PURCHASE {d4} {m}; PAP {m}; VISA DEBIT PURCHASE {m}; POS PURCHASE {m} {city}
  {region}; {m} {city} {region}; CONTACTLESS INTERAC {m}; SQ *{m}; PRE-AUTH DEBIT {m}; {m} #{d3} {city} {region};
  RETAIL PURCHASE {m}; BILL PAYMENT {m}
AU: EFTPOS PURCHASE {m} {city} AU; VISA PURCHASE {m} CARD XX{d4}; DIRECT DEBIT {m}; BPAY {m} CRN {d8}; EFTPOS DEBIT
  {d6} {m}; {m} {city} {region} AUS; {m} {d4} {city}; TAP AND PAY XX{d4} {m} {city}; SQ *{m} {city}; PURCHASE {m} AU
  VALUE DATE {ddmm}; PAYPAL AUSTRALIA {m}; VISA DEBIT {m}
"""

PAY_LINES = """
US: ZELLE TO {p} {w}; VENMO {p} "{w}"; CHECK {d4} {p} {w}; BILL PAY {p} {w}; ACH {p} {w}; CASH APP *{p} {w}; ONLINE
  PAYMENT {d8} TO {p} {w}; WIRE TYPE:WIRE OUT BNF:{p} PMT DET:{w}; POPMONEY {p} {w}; APPLE CASH {p} {w}; PAYPAL INST
  XFER {p} {w}
GB: FPO {p} {w}; BILL PAYMENT TO {p} REFERENCE {w}; FASTER PAYMENT {p} REF {w}; STO {p} {w}; BP {p} {w}; CHQ {d6} {p}
  {w}; {p} {w} VIA MOBILE - PYMT; DPC {p} {w}; BACS {p} {w}; CHAPS {p} {w}; TFR {p} {w}; IBP {p} {w}; ONLINE BANKING
  {p} {w}
EU: SEPA CT {p} {w}; UEBERWEISUNG {p} SVWZ+{w}; VIREMENT {p} MOTIF {w}; BIZUM {p} {w}; TRANSFERENCIA {p} CONCEPTO {w};
  BONIFICO {p} CAUSALE {w}; EREF+{ref} {p} {w}; DAUERAUFTRAG {p} {w}; TIKKIE {p} {w}; SCT INST {p} {w}; LYDIA {p} {w}
CA: INTERAC E-TRANSFER {p} {w}; E-TRF {p} {w}; CHEQUE {d4} {p} {w}; EFT {p} {w}; BILL PMT {p} {w}; WIRE PAYMENT {p}
  {w}
AU: OSKO {p} {w}; PAYID {p} {w}; TRANSFER TO {p} {w}; NETBANK {p} {w}; PAY ANYONE {p} {w}; EFT {p} {w}; INTERNET
  TRANSFER {p} REF {w}
"""

TALK = """
out: paid {p} {a} for {w}; {a} to {p}, {w}; {p} - {w} - {a}; {w}, paid to {p}, {a}; payment of {a} to {p} ({w}); sent
  {a} to {p}: {w}; {w} / {p} / {a}; transfer to {p}, reference {w}, {a}; invoice from {p}: {w}, total {a}; {a} {w};
  {w} {a} {p}; card payment, {p}, {w}, {a}; we paid {p} {a} on {ddmm} for {w}; {p}: {w} ({a});
  {ddmm} {p} {w} {a} DR; outgoing payment {a} | {p} | {w}; money out {a}, {p}, memo "{w}"; direct debit {p} {a} {w};
  standing order {a} {p} {w}; supplier {p}, {w}, {a}, cost centre {d4}; petty cash {a} {w}; expense claim: {w} at {p},
  {a}; reimburse {w} {a}; {w}; {w} ({p}); online payment to {p}: {w}
in: received {a} from {p}: {w}; {a} from {p}, {w}; {p} sent {a}, {w}; credit {a} {p} {w}; incoming {w} from {p} {a};
  {w}, {p}, {a} CR; money in {a}, {p}, memo "{w}"; {ddmm} {p} {w} {a} CR; {w} {a}; {w}; {p} paid in {a} - {w}; deposit
  {a}, {w}, {p}
shop: {m}, {city}, {a}; {a} at {m}; card purchase at {m} {a}; {m} {a} {ddmm}; bought at {m}, {city} ({a}); {m} {city}
  {a}; {a} spent at {m}; debit card {d4}, {m}, {a}; {m}; {m} {city}; monthly {m} {a}; online order {m} {a}; {m} - {a}
  - contactless; paid {m} {a} by card; {ddmm} {m} {a}
"""

LONG = """
lead: {line}; Payment of {a} on {ddmm}, {line}; Statement line {ddmm}: {line}; Ledger entry {d6}, {line}, {a}; {line}
  {a}; Entry: {line}; Amount {a}. {line}
what: Purpose: {w}; For {w}; What it was for: {w}; {w}; Narrative: {w}; Reason given by payer: {w}; Booked under: {w}
note: Note: {n}; Memo reads: {n}; {n}; Customer says: {n}; Comment by branch: {n}; Remark on file: {n}; Teller wrote:
  {n}; Analyst note, {n}; Message with the payment: {n}; Bookkeeper adds: {n}
filler: Paid from the current account; Authorised in the app; Card ending {d4}; Entered by {firstname}; Value date
  {ddmm}; Reference {ref}; Exchange rate 1.{d3}; Posted next working day; Batch {d4}; Terminal {d8}; Cardholder
  {person}; Booked in {city}; Statement page {d2}; Balance after entry not shown; Cost centre {d4};
  Mandate {d8}; Approved by {surname}; Channel: mobile; Charges shared; Receipt scanned; Account opened some years
  ago; Posted under batch {d6}; Bank reference {ref}; Split: 100 percent; VAT included; Project code {d3}; Copied to
  finance
"""
