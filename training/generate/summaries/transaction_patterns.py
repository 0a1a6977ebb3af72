"""Surface patterns of transactions with summaries: statement lines, told payments, memos, notes, and what is beside the matter."""

from training.generate.grammar import items

CARD_LINES = items("""
POS PURCHASE {m} {city}; POS DEBIT {m} #{d4}; PURCHASE AUTHORIZED ON {mmdd} {m} {city} CARD {d4}; CHECKCARD {mmdd} {m}
{city}; DEBIT CARD PURCHASE XXXXX{d4} {m}; {m} {d3}-{d3}-{d4}; {m} #{d4} {city}; {m} {city}; ACH DEBIT {m} WEB PMT;
RECURRING PMT {m}; PAYPAL *{m}; SQ *{m} {city}; TST* {m}; SP {m}; VISA {m} {mmdd}; {m} {d6}; PP*{m}; {m} STORE {d4}; BILL
PAY {m}; [APPLE|GOOGLE|SAMSUNG] PAY {m}; WEB PMT SINGLE {m}; PREAUTH {m}; CARD PAYMENT TO {m} ON {ddmm}; CARD {d4} PAYMENT
TO {m}; VIS {m} {city}; CONTACTLESS {m} {city}; DD {m} {code}; DIRECT DEBIT {m} REF {d8}; [SUMUP|ZETTLE|IZ] *{m}; {d4}
{ddmm} {m} {city}; POS {m} CD {d4}; {m} {d4} {city}; BP {m} {code}; DEB {m} CD {d4}; {m} INTERNET; BCC {m} {ddmm}; {m} ON
{ddmm} BCC; KLARNA*{m}; BILL PAYMENT {m} {d6}; CARD PURCHASE {m}; SEPA LASTSCHRIFT {m} MREF {d8}; CARTE {ddmm} {m} {city};
PRLV SEPA {m}; KARTENZAHLUNG {m}//{city}/DE; COMPRA TARJ. {d4} {m} {city}; PAGAMENTO POS {m} {city}; BETAALAUTOMAAT {m}
{city}; ACHAT CB {m} {ddmm}; GIROCARD {m} {city}; RECIBO {m}; {m} SAGT DANKE {d5}; BANCONTACT {m}; EC {m} {city};
INTERAC PURCHASE {d4} {m}; PAP {m}; VISA DEBIT PURCHASE {m}; PRE-AUTH DEBIT {m}; RETAIL PURCHASE {m}; EFTPOS PURCHASE {m}
{city} AU; VISA PURCHASE {m} CARD XX{d4}; BPAY {m} CRN {d8}; TAP AND PAY XX{d4} {m} {city}; PURCHASE {m} VALUE DATE
{ddmm}; {m}; {m}; {m}; {m} {city} {ddmm}; {m}*{code}; {m} HELP.COM; {m} ORDER {d6}; {m} AUTOPAY; {m} SUBSCRIPTION; {m}
{month} {year}; ONLINE {m} {code}; MOBILE {m}; {m} TERMINAL {d5}; CR CARD {m} {city}; POS {d6} {m}; {m} PMT {code}; [1ST|
2ND|THIRD] ATTEMPT {m}; {m} REF:{code}; INST PMT {m}; REFUND {m}; {m} REVERSAL {ddmm}; {m} x{n}; {m} AT {night}
""")

PAY_LINES = {
    "out": items("""
ZELLE TO {p} {w}; VENMO {p} "{w}"; CHECK {d4} {p} {w}; BILL PAY {p} {w}; ACH {p} {w}; CASH APP *{p} {w}; ONLINE PAYMENT
{d8} TO {p} {w}; WIRE TYPE:WIRE OUT BNF:{p} PMT DET:{w}; PAYPAL INST XFER {p} {w}; FPO {p} {w}; BILL PAYMENT TO {p}
REFERENCE {w}; FASTER PAYMENT {p} REF {w}; STO {p} {w}; CHQ {d6} {p} {w}; {p} {w} VIA MOBILE - PYMT; BACS {p} {w}; CHAPS
{p} {w}; TFR {p} {w}; ONLINE BANKING {p} {w}; SEPA CT {p} {w}; UEBERWEISUNG {p} SVWZ+{w}; VIREMENT {p} MOTIF {w}; BIZUM
{p} {w}; TRANSFERENCIA {p} CONCEPTO {w}; BONIFICO {p} CAUSALE {w}; EREF+{code} {p} {w}; DAUERAUFTRAG {p} {w}; INTERAC
E-TRANSFER {p} {w}; CHEQUE {d4} {p} {w}; EFT {p} {w}; OSKO {p} {w}; PAYID {p} {w}; TRANSFER TO {p} {w}; PAY ANYONE {p}
{w}; {p} {w}; {p}; {p}; {w} - {p}; {p}/{w}; {p} {code} {w}; Transfer to {p}; Zelle to {p}; To {p}: {w}; Payment {p}, {w};
WIRE {p} INV {d5} {w}; {w} {p}; SO {p} {w} {ddmm}; {w}; {w} {ddmm}; {p} ({w})
"""),
    "in": items("""
FPI {p} {w}; CREDIT {p} {w}; SEPA GUTSCHRIFT {p} {w}; ZELLE FROM {p} {w}; DEPOSIT {w} {p}; TRANSFER FROM {p} {w}; ACH
CREDIT {p} {w}; E-TRANSFER FROM {p} {w}; BGC {p} {w}; {p} {w} CR; DIRECT DEP {p} {w}; {p} PAYROLL {w}; VIR {p} {w}; From
{p}: {w}; {p} {w}; {w} {p}; Received from {p}; OSKO FROM {p} {w}; PAYPAL FROM {p} {w}; {p}; VENMO FROM {p} "{w}"; WIRE IN
ORG:{p} DET:{w}; {w} {p} {code}; INCOMING {p} {w}; {w}
"""),
}

TALK_OUT = items("""
[paid|sent|gave|transferred|wired] {p} {a} for {w}; {a} to {p}, {w}; {p} - {w} - {a}; {w}, paid to {p}, {a}; payment of {a}
to {p} ({w}); [sent|moved] {a} to {p}: {w}; {w} / {p} / {a}; transfer to {p}, reference {w}, {a}; invoice from {p}: {w}, total
{a}; {a} {w}; {w} {a} {p}; card payment, {p}, {w}, {a}; we paid {p} {a} on {ddmm} for {w}; {p}: {w} ({a}); {ddmm} {p} {w} {a}
DR; outgoing payment {a} | {p} | {w}; money out {a}, {p}, memo "{w}"; direct debit {p} {a} {w}; standing order {a} {p} {w};
supplier {p}, {w}, {a}, cost centre {d4}; expense claim: {w} at {p}, {a}; {w} ({p}), {a}; online payment to {p}: {w}, {a};
[Customer|Client|Cardholder|Account holder] [sent|paid|transferred] {a} to {p} [on {ddmm}|last night|this morning], [giving|
stating|quoting] {w} as the [reason|reference|purpose]; [I|We|They] [just|] [paid|transferred|sent] {a} to {p} for {w}; The
[transfer|payment|wire] to {p} was {a}, for {w}; {a} went [out|] to {p} [today|yesterday|on {ddmm}] for {w}; {a} left the
account for {p}, {w}; {w}: {a} to {p}; {p} was paid {a} for {w}; {p} got {a} for {w}; Cheque {d4} to {p} for {a}, {w}; {p} has
billed {a} for {w}; Bill from {p}, {w}, {a} due {ddmm}; Please pay {p} {a} for {w}; Monthly {w} to {p}, {a}; {ddmm}: {a} - {p}
- {w}; [Weekly|Monthly|Quarterly|Yearly] payment to {p} of {a} for {w}; Paid by [card|phone|transfer|cash]: {a} to {p}, {w};
{w} {a}; {w} cost {a}, paid to {p}; [Wire|Transfer] of {a}. Beneficiary {p}. [Purpose|Details|Reason]: {w}; Amount {a};
payee {p}; reference {w}; Payee: {p} | Amount: {a} | Memo: {w}; {p}, {a}. {w}
""")

TALK_IN = items("""
received {a} from {p}: {w}; {a} from {p}, {w}; {p} sent {a}, {w}; credit {a} {p} {w}; incoming {w} from {p} {a}; {w}, {p}, {a}
CR; money in {a}, {p}, memo "{w}"; {ddmm} {p} {w} {a} CR; {p} paid in {a} - {w}; deposit {a}, {w}, {p}; {w} arrived
[today|early|late], {a} from {p}; [Got|Received|Took in] {a} from {p} for {w}; {a} came in from {p}, {w}; {p} paid {a} [into
the account|today|] for {w}; [Salary|Credit|Payment] from {p}: {a}, {w}; {w} of {a} from {p}; {w} from {p} paid in, {a};
The [credit|deposit|transfer] of {a} came from {p}, marked {w}; [Wire|Transfer] in {a}. Sender {p}. Details: {w}; Payer: {p}
| Amount: {a} | Memo: {w}; {p} transferred {a} [on {ddmm}|], {w}; {a} was credited by {p} as {w}; {w} - {a} - {p}
""")

TALK_SHOP = items("""
{m}, {city}, {a}; {a} at {m}; card purchase at {m} {a}; {m} {a} {ddmm}; bought at {m}, {city} ({a}); {m} {city} {a}; {a} spent
at {m}; debit card {d4}, {m}, {a}; {m}; monthly {m} {a}; online order {m} {a}; {m} - {a} - contactless; paid {m} {a} by card;
{ddmm} {m} {a}; [Spent|Paid] {a} at {m} in {city}; {a} charged by {m} [today|on {ddmm}|]; {m} charged {a} to card {d4}; Card
{d4} used at {m} in {city} for {a}; {m} in {city} took {a}; [Bought|Ordered] [something|goods|things] from {m} for {a}; {a} -
{m}; {a}, {m}, {city}, {ddmm}; Purchase of {a} at {m}, {city}; [Tap|Chip|Online|Contactless] payment, {a}, {m}; The [till|
terminal|shop] at {m} {city} shows {a}; [He|She|Customer] paid {a} at {m}; refund of {a} from {m}; {m} refund {a}; {m} gave
back {a}, refund; Receipt from {m}: {a}; {m} ({city}) {a}; Subscription to {m}, {a} [a month|a year|]; Merchant {m}, amount {a};
Merchant: {m} | City: {city} | Amount: {a}; [A|One] payment of {a} to {m}; {a} for {m}; Auth {d6}: {m} {a}; [Pending|Declined|
Posted|Settled]: {m} {a}; {m}. {a}. {city}.; [First|Last|Second] purchase at {m}: {a}; {m} {a} x{n}
""")

MEMOS = items("""
[invoice|inv|bill|order|quote|job|contract|ticket] {d4}; [invoice|inv] {code}, [parts|labour|materials|delivery|deposit|final
payment]; [half|share|part|rest] of [the rent|dinner|the trip|the gift|electricity|the van hire]; [present|gift|flowers|cake|
lunch|tickets|petrol] for {name}; [loan|money] [back|returned] to {name}; [deposit|balance|instalment {n}] for [the car|the
flat|the sofa|the boiler|the course|the wedding]; [thanks|cheers|ta] {name}; [rent|fees|dues|tuition|insurance|subscription]
{month} {year}; [rent|parking|storage] unit {d2}; room {d3}, {n} nights; [kitchen|bathroom|roof|garden|garage] [work|repairs|
paint|tiles], [stage|week] {n}; [travel|hotel|meal] expenses {month}; [consulting|design|cleaning|security|catering] services
{month}; refund of [ticket|order|deposit] {d5}; [membership|licence|permit] {code}; {n} x [chairs|tyres|lamps|vouchers|boxes|
shirts]; [school|music|swimming|driving] lessons for {name}; [vet|dentist|doctor|physio] bill {ddmm}; [charity|church|club|
team] donation; payment [on behalf of|for] {firm}; [settlement|claim|case] {d6}; [bitcoin|crypto|gift cards|gold] for {name}
""")

NOTES = items("""
Note: {n}; Memo reads: {n}; {n}; {n}; Customer says: {n}; Comment [by|from] branch: {n}; Remark on file: {n}; Teller wrote: {n};
Analyst note, {n}; Message with the payment: {n}; Bookkeeper adds: {n}; [Flag|Alert|Reason]: {n}; [She|He|The caller] said: {n};
[Also|However|But], {n}; The [memo|message|remark] [says|was] {n}; Reported: {n}; [Compliance|Fraud desk|Controller] [writes|
notes]: {n}; It says {n}; In the field: {n}
""")

FILLER = items("""
Paid from the current account; Authorised in the app; Card ending {d4}; Entered by {firstname}; Value date {ddmm}; Reference
{code}; Exchange rate 1.{d3}; Posted next working day; Batch {d4}; Terminal {d8}; Statement page {d2}; Balance after entry [not
shown|{d3}.{d2}|{d4}.{d2}]; Cost centre {d4}; Mandate {d8}; Approved by {surname}; Channel: mobile; Charges shared; Receipt
scanned; Account opened some years ago; Posted under batch {d6}; Bank reference {code}; Split: 100 percent; VAT included;
Project code {d3}; Copied to finance; Fee {d2} cents; Previous payment was on {ddmm}; Limit is {d4}; Case {d6}; Phone {d5} {d6};
Balance before was {d4}.{d2}; Good morning; Please advise; Thanks; See attached; Branch {d3}; Sent from my phone
""")

# What became of a payment, and how that is told: `{s}` the state, `{n}` the reason.
STATES = items("""
blocked; declined; returned unpaid; recalled; disputed; cancelled; charged twice; on hold; pending; refused; reversed; held for
review; not recognised; released; settled late; stopped; under review; duplicated; flagged; rejected; partly refunded; queued;
charged back; approved; expired
""")
REASONS = items("""
[it was made from|made from] a new device; signature differs; account closed; card reported [lost|stolen]; limit exceeded; the
customer says he [never signed up|did not order it|was not there]; the price does not match the order; beneficiary bank asked for
details; {n} attempts within a minute; same booking {code}; the goods never came; overdue {n} days; plate {code}, paid late; wrong
account number; cancelled in time but never refunded; owner asked to pay off site; the caller is still on the line; sender is {d2} years
old; third one today; tracking shows another city; bag count short by {n}; account number changed Friday; insufficient funds; expired
card; name does not match; split later; interest included; tip included; {n} left; {n} of {d2} kept; rate 0.{d3}; includes {d3}.00
overtime; sibling discount applied; delivered Tuesday; points not posted; second payment on account; damaged {thing}; no receipt
""")
THINGS = items("""
cod and chips; a clutch; piano lessons; oak planks; a boat loan; gas and electricity; beach week deposit; the museum trip; the band;
window cleaning; groceries and the ferry; tractor finance; two concert tickets; a notary's bill; seat fee; a tax bill; heating oil; a
Nikon lens; foundations; bookshelves; tyres; scaffolding; a wedding cake; kennels; fish; planed larch; a new roof; speeding fine;
pottery class; ferry tickets; unemployment benefit; overtime; state pension; dividend on {n} shares; cashback; household gas; theatre;
school fees; laundry; a violin; printer paper; solar panels; a tow; dog food; hearing aid; broadband; car hire; a visa; lens cleaner
""")
TALK_STATE = items("""
[We|The bank|Your bank|Fraud desk] [blocked|stopped|flagged]: payment of {a} to {m}, {s}, {n}.; [A|The] payment of {a} to {m} [is|was|has
been] {s} because {n}.; {a} to {m} {s}: {n}.; {a} at {m} was {s}; {n}; {m}: {a} {s}. Reason: {n}.; [Wire|Transfer|Cheque {d4}|Direct
debit|Booking] of {a} to {m} {s}, {n}.; [Chargeback|Dispute] opened: {a} with {m}, {s}, {n}.; [Customer|Cardholder] says {a} to {m} was {s}
- {n}; {s}! {a} sent to {m}, {n}.; Status {s} | {m} | {a} | {n}; [Your card|Card] ending {d4}: {a} at {m} {s}, {n}; {m} {a} {s} ({n});
Update on {a} to {m}: {s}. {n}.; {n}: {a} to {m} {s}.; {s} - {m} - {a} - {n}; {a} for {m} [has been|is] {s}, {n}, ref {code}
""")
TALK_MORE_OUT = items("""
Your card ending {d4} was used for {a} at {p} [at|,] {night}, {w}.; [Mum|Dad|He|She|We|The office|The school] paid {p} {a} for {w}
[yesterday|in cash|today|].; Bill from {p} came to {a}, {w}.; {p} [quoted {d3} but|] charged {a} for {w}.; Dear supplier, we [have|] today
remitted {a} to {p} in settlement of {w}.; Standing instruction executed: {a}, {p}, {w}.; Till receipt. {p}. {w}. TOTAL {a} CARD ****{d4};
{ddmm};DD;{p};-{a};{w}; {ddmm},POS,"{p}",-{a},{w}; {w} from {p}, {a}, [bought|ordered] on {ddmm}; [Pledge|Donation|Gift] of {a} to {p}, {w};
[Late fee|Penalty|Fine] of {a} from {p} for {w}; [Annual|Monthly|Seat|Booking] fee {a} posted to {p}, {w}; {p} took {a} for {w}.; Escrow
release of {a} to {p} upon {w}.; Deposit of {a} held by {p} for {w}.; :32A:{d6} {a} :59:/{code} {p} :70:{w}; You owe {p} {a} for {w}.; {a}
owed to {p}: {w}; Subject: Payment advice. {a} was sent to {p} on {ddmm} for {w}.; {w}, {a}, signed {p}; [Voucher|Expense] {d3}: {w}, {a},
{p}; Hi accounts, {p} wants {a} for {w}. OK to pay?; [Grandson|My boss|A man on the phone] asked for {a} in {w} for {p}
""")
TALK_MORE_IN = items("""
[Direct deposit|Payroll|Credit] posted: {p} {w} {a}.; Received with thanks from {p} the sum of {a} for {w}.; [Refund|Cashback|Rebate]:
{a} back from {p} for {w}.; Loan drawdown: {a} credited by {p}, purpose {w}.; {p} [repaid|lent me|gave us] {a} for {w}.; Payroll run {n}:
net {a} from {p}, {w}.; {w} of {a} landed from {p}.; {a} landed in checking from {p}, {w}.; Invoice finance: {a} advanced by {p} against {w}.;
{p} [tenant|client] paid {a} of {d4} due, {w}.; Grant of {a} from {p} for {w}; Sale: {w} sold, {a} from {p}.
""")
