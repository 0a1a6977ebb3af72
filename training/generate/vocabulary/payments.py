"""What payments are for, by category, and how bank-made entries (salary, transfers, loans, fees) read."""

# Purposes as a payer or biller would write them in a memo, reference or invoice line.
PURPOSES = """
FOOD_AND_DRINK: weekly shop; groceries for the week; groceries; lunch; team lunch; pizza night; dinner at the Italian
  place; birthday dinner table of eight; coffee and cake;
  coffees for the office; sandwich platter for meeting; catering for 40 guests; buffet for the wake; wedding cake;
  case of wine; two crates of beer; bar tab; round of drinks;
  takeaway curry; fish and chips; school lunches; canteen top-up; milk delivery; organic veg box; meat order from
  butcher; Christmas turkey; kebabs after match; breakfast meeting;
  brunch; sushi for two; hot chocolate; bakery order; barbecue food; fruit basket for kitchen; Thanksgiving groceries;
  Sunday roast; champagne for leaving do; Ramadan food parcels;
  supermarket click and collect; meal kit subscription; ice creams; packed lunches; bulk rice and flour; halal meat;
  baby formula and groceries; working lunch for trustees;
  vending machine snacks; pub quiz food; conference refreshments; tapas; ramen; deli order; dinner delivery; corner
  shop bits; food shop; afternoon tea for two; milk bread eggs
ENTERTAINMENT: cinema tickets; concert tickets; festival ticket; gig at the arena; theatre matinee; season ticket
  football; streaming subscription; monthly music subscription; video game;
  in-game coins; battle pass; escape room; bowling party; laser tag for ten; museum entry; zoo day; theme park
  tickets; comedy night; opera seats; ballet tickets; pub quiz entry;
  lottery syndicate; grand national sweepstake; fantasy league buy-in; poker night; casino chips; bet on the derby;
  bingo; karaoke room; magician for kids party; DJ for the party;
  bouncy castle hire; film rental; audiobook membership; aquarium tickets; ice skating; mini golf; race day
  hospitality; boxing pay-per-view; stadium tour; jazz club cover charge;
  TV streaming yearly plan; arcade tokens; art exhibition; planetarium show; paintball; wedding band; face painter for
  the fete; pantomime tickets; box at the races; nightclub entry;
  panto for class 4; console online membership; e-sports tournament entry; treasure hunt tickets; scratch cards; match
  day tickets; vinyl fair entry; drive-in movie
GENERAL_MERCHANDISE: new laptop; phone case; school uniform; trainers; winter coat; birthday present; toys for
  grandkids; books; printer ink; stationery order; office supplies; toner cartridges;
  dog food; cat litter; fish tank; bicycle; headphones; camera lens; wedding dress; jewellery; engagement ring; watch
  strap; handbag; perfume; gift card for teacher; gift cards for staff raffle;
  book tokens prize giving; fabric and wool; art materials for class; craft supplies; tablet for mum; gaming console;
  TV 55 inch; kettle and toaster; vacuum cleaner; football kit; golf clubs;
  camping tent; fishing rod; guitar; second-hand pram; eBay item; Facebook marketplace bike; Etsy order; online order;
  returned jeans; shoes exchange; Christmas presents; flowers; bouquet;
  lab consumables; batteries and cables; USB sticks x20; monitors for new starters; trophies; banners and flags;
  nappies and wipes order; sewing machine; vinyl records; collectible cards;
  display cabinet stock; wholesale stock; retail stock invoice; car seat; baby cot bedding; hamster cage; uniforms for
  cleaners; hi-vis vests; playground balls; textbooks; e-reader
HOME_IMPROVEMENT: boiler repair; new boiler; emergency plumber; leaking tap; bathroom refit; kitchen installation;
  kitchen worktops; loft conversion stage 2; roof repair; gutter clearing; rewiring;
  fuse board; EICR electrical test; plastering hallway; painting and decorating; paint and brushes; wallpaper; carpet
  fitting; laminate floor; sofa; mattress; dining table; wardrobe; office desks and chairs;
  curtains; blinds; garden fence; patio slabs; turf; tree surgery; hedge trimming; garden plants; lawn mowing; window
  cleaner; oven cleaning; house clean; carpet cleaning; pest control; wasp nest;
  double glazing; front door; garage door spring; locksmith; burglar alarm service; CCTV for house; smoke alarms; damp
  proofing; insulation; solar panels deposit; drain unblocking; drainage survey; timber;
  cement and sand; screws and hinges; power drill; tiles; grout; shower tray; radiator valves; heat pump service;
  chimney sweep; scaffold hire; skip for building works; extension second payment; conservatory;
  builder's materials; handyman two days; AC unit service; furnace tune-up; pool pump; septic tank; driveway; stair
  lift; school hall floor resurfacing; maintenance call out; decking; repair to roller shutter
MEDICAL: dentist; dental check-up; root canal; crown fitting; braces instalment; hygienist; eye test; new glasses;
  contact lenses; laser eye surgery; physio; physio session for knee; osteopath; chiropractor;
  podiatrist; GP letter; private GP appointment; blood tests; MRI scan; X-ray; ultrasound scan; hospital bill; A&E
  copay; co-pay; deductible; surgery balance; anaesthetist invoice; hearing aids; hearing test;
  counselling; therapy session; psychologist; psychiatrist assessment; ADHD assessment; prescription; insulin;
  inhaler; antibiotics; vaccinations; travel jabs; flu jab; pharmacy; vet bill; dog vaccination;
  cat spay; puppy microchip; horse vet call out; vet emergency surgery for dog; IVF cycle; pregnancy scan; midwife;
  dermatology consult; mole check; allergy test; sleep study; CPAP supplies; wheelchair; crutches;
  knee brace; orthotics; dialysis; chemo copay; urgent care visit; ambulance bill; occupational health; medical
  report; speech therapy; nursing care visit; home carer; first aid supplies; denture repair; lab fees
PERSONAL_CARE: haircut; hair colour; cut and blow dry; highlights; barber; beard trim; nails; gel manicure; pedicure;
  facial; waxing; eyebrows; lashes; spray tan; massage; spa day; hot stone massage; make-up for wedding;
  bridal hair; gym; gym membership; personal trainer; yoga class; pilates; zumba; spin class; boxing class; swimming
  pass; leisure centre membership; crossfit monthly; laundry; dry cleaning; ironing; suit cleaned; duvet wash;
  wash and fold; laundrette; duvets service wash; tattoo; piercing; sauna; float session; botox; lip filler; laser
  hair removal; microneedling; skincare consultation; braids; extensions; wig; perm; afro cut; shave; kids haircut;
  sunbed minutes; reflexology; aqua aerobics; bootcamp; climbing gym membership; towels hire and laundry; uniform
  laundry; dressing gown cleaning; beauty treatment; salon; threading; barre class; hammam
GENERAL_SERVICES: accountant; self assessment filing; bookkeeping; payroll service; audit fee; legal fees;
  conveyancing; will writing; solicitor; divorce lawyer; notary; house insurance; car insurance; pet insurance; travel
  insurance;
  life insurance premium; public liability policy; school fees; tuition fees term 2; university tuition; nursery fees;
  childminder; after school club; babysitting; piano lessons; maths tutor; driving lessons; language course;
  online course; exam entry fee; training day; first aid course; car service; MOT; brake pads; new tyres; windscreen;
  car wash; clutch repair; postage; parcel; courier; recorded delivery; stamps; storage unit; removals; man with van;
  consultancy; management consulting; web design; hosting renewal; logo design; photography; wedding photographer;
  translation; recruitment agency; temp staff; security guards; software licence; cloud subscription; domain name;
  printing of leaflets; advertising; marketing retainer; surveyor; architect drawings; structural engineer; funeral;
  dog walking; kennels; cattery; event hire; room hire; interpreter; proofreading; data protection consultant;
  IT support; equipment hire; van hire for office move; membership of professional body; conference fee; delegate fee;
  shredding; archive boxes; bike repair; shoe repair; phone screen repair; key cutting; passport photos
GOVERNMENT_AND_NON_PROFIT: council tax; property tax; income tax; self assessment tax; payment on account; VAT return;
  PAYE and NI; corporation tax; business rates; estimated tax Q3; school district tax; vehicle tax; road tax;
  parking fine; speeding fine; penalty charge notice; court fine; court fee; jury summons deposit; driving licence;
  passport renewal; visa application; citizenship fee; planning application; building permit; dog licence; fishing
  licence; TV licence;
  marriage certificate; birth certificate; land registry; company filing fee; business licence; liquor licence;
  probate fee; child support agency; donation; charity; monthly giving; church offering; tithe; zakat; mosque appeal;
  food bank;
  earthquake appeal; cancer research; marathon sponsorship for charity; PTA donation; school fundraiser; political
  contribution; union charity appeal; hospice lottery gift; gift aid donation; memorial donation; sponsor a child;
  animal shelter;
  library fine; customs duty; import duty; stamp duty; garbage permit from city hall; street trading permit; grant
  repayment to council; levy; land tax; rego; council rates; stallholder permit; election deposit; sheriff fee; toll
  penalty
TRANSPORTATION: petrol; fuel; diesel; fill up; gas for road trip; parking; car park; airport parking; parking permit
  space; toll; bridge toll; congestion charge; taxi; taxi home; taxi to hospital; minicab; Uber to station; Lyft; ride
  share;
  bus pass; bus fare; weekly bus ticket; train ticket; railcard; season ticket train; commute; metro card; Oyster;
  tram; ferry crossing commute; bike hire; scooter ride; city bike membership; EV charging; supercharger; school bus;
  coach to London;
  minibus for school trip; coach hire for away match; shuttle; fuel card; lorry diesel; red diesel; van fuel; mileage
  petrol; vignette; motorway tolls; subway; travelcard; senior bus pass; rail fare to Leeds; park and ride; club car
  trip; marina fuel
TRAVEL: flight to Rome; flights; plane tickets; seat upgrade; checked bag; hotel; hotel two nights; hostel; Airbnb;
  holiday cottage; villa deposit; campsite pitch; caravan park; B&B; honeymoon balance; package holiday; cruise
  deposit; cruise cabin;
  car rental; hire car in Spain; motorhome hire; travel agent; tour guide; safari; ski trip; ski pass and chalet; city
  break; school trip to Paris; stag weekend; hen do lodge; conference hotel; hotel for site visit; airport hotel;
  lodge;
  lastminute booking; change fee for flight; excess baggage; resort fee; excursion; day tour; pilgrimage; Hajj
  package; Umrah; Interrail pass; sailing week; retreat; glamping; all inclusive Tenerife; beach house; timeshare
  week; flights for delegates;
  accommodation; accommodation for visiting speaker; river cruise balance; snorkelling tour; desert camp; guesthouse;
  holiday balance
RENT_AND_UTILITIES: rent; June rent; rent for flat; rent flat 2b; weekly rent; studio rent; lodger rent; room rent;
  rent arrears; tenancy deposit; security deposit and first month; office rent; shop lease; warehouse lease; ground
  rent; service charge;
  garage rent; HOA dues; condo fees; student halls; nursing home rent; allotment rent; lot rent; electricity; electric
  bill; gas bill; gas and electric; energy bill; heating oil; propane refill; water bill; sewer; water rates; waste
  collection; trash pickup;
  rubbish collection; recycling bins; phone bill; mobile bill; sim only plan; broadband; internet; wifi; fibre
  install; cable TV bill; landline; business broadband; prepaid electricity; utilities; half of the electric; my share
  of rent; Miete; loyer;
  alquiler; kalte Miete und Nebenkosten; strata levy; coal delivery; bottled gas; site electricity supply; standpipe
  water; phone top-up; satellite internet; district heating; meter top up; line rental; bond and two weeks rent;
  utilities split
INCOME: salary; wages; payroll; net pay; bonus; overtime; pension; state pension; disability benefit; child benefit;
  housing allowance; unemployment; tax refund; VAT refund; dividend; interest earned; royalties; commission for March
  sales; freelance invoice paid to me;
  expenses reimbursed by employer; stipend; scholarship stipend; maternity pay; sick pay; annuity; rental income; gig
  earnings; tips; holiday pay; redundancy; back pay; research grant stipend; honorarium; jury duty pay; military pay;
  severance; carer's allowance
TRANSFER_IN: from savings; from my other account; deposit; cash deposit; cheque deposit; mobile deposit; birthday
  money from gran; paying me back; your half; from mum; from dad; pocket money from aunt; top up from joint account;
  moving money over; wedding gift from uncle;
  own funds; return of my loan to you; cash paid in at counter; ISA withdrawal; from Revolut; cash out from PayPal;
  Venmo cashout; money from sale of car to a friend; inheritance share from mum's estate; from brokerage; balance from
  old bank; closing balance transferred
TRANSFER_OUT: to savings; monthly saving; rainy day fund; ISA; to joint account; to my other account; pocket money;
  birthday money for Sam; gift for niece; wedding gift; for mum; to dad; allowance for son at uni; remittance to
  family; family support; money for Grandma; sending home;
  paying you back; what I owe you; cash; cash withdrawal; top up card; Revolut top up; brokerage deposit; shares
  account; index fund; pension pot transfer; crypto; bitcoin weekly buy; own account; house deposit pot; holiday
  savings pot; emergency fund; term deposit
LOAN_PAYMENTS: mortgage; mortgage overpayment; home loan; car loan; car finance; auto lease payment; student loan;
  personal loan; loan instalment; credit card payment; credit card bill; card balance in full; minimum payment; store
  card; HELOC; bridging loan interest and capital;
  sofa finance; klarna instalment; buy now pay later; payday loan repayment; consolidation loan; business loan;
  equipment finance; hire purchase; motorbike finance; caravan finance; credit union loan; final settlement of loan;
  BNPL 3 of 4; Kredit Rate; pret immobilier; hipoteca; remortgage redemption
BANK_FEES: overdraft fee; monthly account fee; maintenance fee; ATM fee; foreign transaction fee; late fee; returned
  item fee; interest charged; wire fee; card replacement fee; unpaid direct debit charge; arrangement fee; stop cheque
  fee; statement copy fee; dormant account fee; cash advance fee;
  balance transfer fee; non-sterling fee; currency conversion charge; NSF fee; unauthorised overdraft usage; safe
  deposit box; negative balance interest; early withdrawal penalty; business tariff; terminal rental by acquirer;
  chargeback fee; Kontofuehrung; frais de tenue de compte; comision de mantenimiento
"""

# Statement lines that banks, employers and processors write; `{...}` slots are drawn per row.
BANK_LINES = """
INCOME: {employer} PAYROLL PPD ID {digits}; {employer} DIRECT DEP; {employer} DES:PAYROLL ID:XXXXX{d4}; BACS
  {employer} SALARY {month}; FPI {employer} WAGES; BGC {employer} {month} PAY; SALARY {employer}; SEPA CREDIT
  {employer} GEHALT {month};
  VIREMENT SALAIRE {employer}; NOMINA {employer}; STIPENDIO {employer}; DIRECT CREDIT {employer} PAY; GUSTO PAY {d6}
  {employer}; ADP TOTALSOURCE {employer}; PAYCHEX INC PAYROLL {employer}; INTUIT PAYROLL S {employer}; LOHN/GEHALT
  {employer};
  SSA TREAS 310 XXSOC SEC; VA BENEFIT VACP TREAS 310; DWP STATE PENSION; DWP UNIVERSAL CREDIT; DWP PIP; HMRC CHILD
  BENEFIT; CENTRELINK JOBSEEKER; CENTRELINK FAMILY TAX BENEFIT; CANADA CPP; OAS PENSION CANADA; GST/HST CREDIT CANADA;
  CANADA CHILD BENEFIT; EI CANADA;
  TEACHERS PENSION; NHS PENSIONS; ARMED FORCES PENSION; {employer} PENSION SCHEME; CALPERS RETIREMENT; DEUTSCHE
  RENTENVERSICHERUNG RENTE; CAF ALLOCATIONS; POLE EMPLOI INDEMNITES; FAMILIENKASSE KINDERGELD; DEPT SOCIAL PROTECTION
  PENSION;
  IRS TREAS 310 TAX REF; STATE OF {region} TAX REFUND; HMRC TAX REPAYMENT; ATO REFUND; CRA TAX REFUND; FINANZAMT
  ERSTATTUNG; FRANCHISE TAX BD CASTTAXRFD; DGFIP REMBOURSEMENT IMPOT;
  DIVIDEND {company}; {company} ORD DIV; {company} INTERIM DIVIDEND; COMPUTERSHARE DIVIDEND {company}; INTEREST PAID;
  GROSS INTEREST {month}; CREDIT INTEREST SAVINGS; INT EARNED APY; INTEREST EARNED TERM DEPOSIT; ZINSEN HABEN; COUPON
  PAYMENT {company} BOND;
  UBER DRIVER PAYOUT; DOORDASH DASHER PAY; DELIVEROO RIDER FEES; STRIPE PAYOUT FREELANCE INVOICE {d4}; UPWORK ESCROW
  EARNINGS; AIRBNB HOST PAYOUT; ETSY SELLER DEPOSIT; YOUTUBE ADSENSE EARNINGS; KDP ROYALTIES; PRS FOR MUSIC ROYALTIES;
  TWITCH PAYOUT;
  {employer} EXPENSES; {employer} BONUS; {employer} FINAL SALARY AND HOLIDAY PAY; UNEMPLOYMENT INS {region} UI;
  WORKERS COMP BENEFIT; {uni} STIPEND; {uni} GRADUATE ASSISTANT PAY; ANNUITY PAYMENT {insurer}; LIFE ANNUITY
  {insurer}; MILITARY PAY DFAS; {employer} COMMISSION {month};
  CHILD SUPPORT RECEIVED {region} SDU; STATUTORY MATERNITY PAY {employer}; {employer} REDUNDANCY; HOUSING BENEFIT
  {place} COUNCIL; STUDENT FINANCE MAINTENANCE GRANT; RENT RECEIVED TENANT {surname}
TRANSFER_IN: TRANSFER FROM SAVINGS {d4}; ONLINE TRANSFER FROM CHK {d4}; FPI {person}; FASTER PAYMENT RECEIVED
  {person}; ZELLE FROM {person}; ZELLE PAYMENT FROM {person} {ref}; VENMO CASHOUT; CASH APP TRANSFER FROM {person};
  PAYPAL TRANSFER TO BANK;
  INTERAC E-TRANSFER RECEIVED {person}; OSKO PAYMENT FROM {person}; PAYID CREDIT {person}; ATM CASH DEPOSIT {place};
  COUNTER CREDIT; CASH PAID IN {place} BRANCH; MOBILE CHECK DEPOSIT; REMOTE DEPOSIT CHEQUE {d6}; CHEQUE PAID IN; POST
  OFFICE CASH DEPOSIT; BRANCH DEPOSIT;
  SEPA GUTSCHRIFT {person}; VIREMENT RECU {person}; BIZUM RECIBIDO {person}; BIZUM DE {person}; INSTANT TRANSFER FROM
  {bank}; WIRE IN {person}; INCOMING WIRE {bank} ORG {person}; ACH CREDIT {bank} EXT TRNSFR; REVOLUT FROM {person};
  WISE PAYMENT FROM {person}; APPLE CASH BALANCE ADD;
  FROM A/C {d8}; INTERNAL TRANSFER FROM ISA; SAVINGS POT WITHDRAWAL; EXTERNAL TRANSFER {bank} {d4}; BANK GIRO CREDIT
  {person}; TRANSFER FROM JOINT ACCOUNT; COINBASE WITHDRAWAL TO BANK; FIDELITY BROKERAGE EFT IN; VANGUARD SELL
  PROCEEDS; PREMIUM BONDS WITHDRAWAL; MOBILE TRANSFER FROM {person};
  TIKKIE ONTVANGEN {person}; SWISH FRAN {person}; LYDIA {person}; BONIFICO DA {person}; UEBERTRAG VON SPARKONTO;
  EINZAHLUNG AUTOMAT {place}; VERSEMENT ESPECES; LODGEMENT {place}; CLOSED ACCOUNT BALANCE FROM {bank}; WESTERN UNION
  RECEIVED FROM {person}
TRANSFER_OUT: TRANSFER TO SAVINGS {d4}; ONLINE TRANSFER TO SAV {d4}; FPO {person}; FASTER PAYMENT TO {person}; ZELLE
  TO {person}; ZELLE PAYMENT TO {person} {ref}; VENMO PAYMENT {person}; CASH APP *{person}; INTERAC E-TRANSFER SENT
  {person}; OSKO WITHDRAWAL {person};
  PAYID PAYMENT TO {person}; ATM WITHDRAWAL {place}; CASH WITHDRAWAL {bank} {place}; LINK CASH {place} {bank};
  NON-{bank} ATM WITHDRAWAL; CASH BACK COUNTER {place}; GELDAUTOMAT {place}; RETRAIT DAB {place}; RETIRADA CAJERO
  {place}; PRELIEVO BANCOMAT {place}; BANKOMAT {place};
  COUNTER WITHDRAWAL; STANDING ORDER TO ISA; STO SAVINGS POT; TO A/C {d8}; WIRE OUT {person}; OUTGOING WIRE BNF
  {person}; INTERNATIONAL TRANSFER TO {person}; WISE TRANSFER {person}; REMITLY {person}; WESTERN UNION MONEY
  TRANSFER; MONEYGRAM {person}; WORLDREMIT; RIA MONEY TRANSFER;
  REVOLUT TOP UP; COINBASE PURCHASE; BINANCE BUY CRYPTO; KRAKEN DEPOSIT; BITPANDA; CRYPTO.COM TOP UP; ROBINHOOD FUNDS;
  VANGUARD BUY INVESTMENT; FIDELITY BROKERAGE; CHARLES SCHWAB MONEYLINK; TRADING 212; HARGREAVES LANSDOWN ISA; TRADE
  REPUBLIK SPARPLAN; COMMSEC; WEALTHSIMPLE;
  ACORNS ROUND-UP; MONEYBOX; NUTMEG ISA; PREMIUM BONDS NS&I; SEPA UEBERWEISUNG {person}; DAUERAUFTRAG {person};
  VIREMENT EMIS {person}; BIZUM ENVIADO {person}; SWISH TILL {person}; TIKKIE BETAALD {person}; CHEQUE {d6}; CHECK #
  {d4} {person}; APPLE CASH SENT {person}; SUPER CONTRIBUTION;
  PAYMENT TO {person}; MOBILE TRANSFER TO {person}; AUTOSAVE TRANSFER; ROUND UPS TO POT; TRANSFER TO JOINT A/C; ETORO
  DEPOSIT; GEMINI TRUST; SPARKONTO UEBERTRAG; BONIFICO A {person}; POSTOMAT {place}
LOAN_PAYMENTS: WELLS FARGO HOME MTG; CHASE MORTGAGE PMT; ROCKET MORTGAGE PAYMENT; MR COOPER MTG; FREEDOM MORTGAGE;
  NATIONWIDE B.S. MORTGAGE; HALIFAX MORTGAGE DD; SANTANDER MORTGAGE; NATWEST MORTGAGE; BARCLAYS MORTGAGE {d8}; SKIPTON
  BS MORTGAGE; CBA HOME LOAN REPAYMENT; WESTPAC MORTGAGE;
  TD MORTGAGE PAYMENT; SCOTIA MORTGAGE; CREDIT FONCIER ECHEANCE PRET; ECHEANCE PRET IMMOBILIER; DARLEHEN TILGUNG;
  BAUSPARKASSE RATE; RABOBANK HYPOTHEEK; RATA MUTUO; CUOTA HIPOTECA; TOYOTA FINANCIAL SVC; FORD CREDIT AUTO; ALLY AUTO
  PAYMENT; GM FINANCIAL; HONDA FINANCE; CAPITAL ONE AUTO;
  BLACK HORSE FINANCE; VW FINANCIAL SERVICES; BMW FINANCE; MOTONOVO FINANCE; SANTANDER CONSUMER USA; CLOSE BROTHERS
  MOTOR FIN; NELNET STUDENT LN; NAVIENT; MOHELA STUDENT LOAN; GREAT LAKES STUDENT; SALLIE MAE; DEPT EDUCATION STUDENT
  LN; STUDENT LOANS COMPANY; NSLSC CANADA; DUO HOOFDSOM;
  SOFI LOAN PAYMENT; LENDINGCLUB; UPSTART LOAN; ONEMAIN FINANCIAL; ZOPA LOAN; TESCO BANK LOAN; AVANT LLC; LENDING
  STREAM; CETELEM CREDIT; COFIDIS; TARGOBANK RATENKREDIT; LATITUDE FINANCE; EASYFINANCIAL; AMEX EPAYMENT ACH PMT;
  CHASE CREDIT CRD AUTOPAY; CITI CARD ONLINE PAYMENT; DISCOVER E-PAYMENT;
  CAPITAL ONE CRCARDPMT; BARCLAYCARD DD; MBNA CREDIT CARD; AMERICAN EXPRESS DD; VANQUIS BANK; BANK OF AMERICA CREDIT
  CARD BILL PAYMENT; SYNCHRONY BANK PAYMENT; TD VISA PAYMENT; BPAY CREDIT CARD {bank}; APPLECARD GSBANK PAYMENT;
  KREDITKARTENABRECHNUNG; CARTE DIFFERE PRELEVEMENT; KLARNA INSTALMENT;
  AFTERPAY; AFFIRM PAYMENT; CLEARPAY INSTALMENT; ZIP PAY; PAYPAL PAY IN 4; {bank} LOAN REPAYMENT {d6}; {bank} PERSONAL
  LOAN; {bank} MORTGAGE; {bank} CREDIT CARD PAYMENT THANK YOU; CREDIT UNION LOAN PAYMENT; KIVA LOAN REPAY; HARLEY
  DAVIDSON CREDIT; JOHN DEERE FINANCIAL; FUNDING CIRCLE BUSINESS LOAN; HELOC PAYMENT {bank}
BANK_FEES: OVERDRAFT FEE; OD ITEM FEE; NSF RETURNED ITEM FEE; INSUFFICIENT FUNDS FEE; MONTHLY MAINTENANCE FEE; MONTHLY
  SERVICE CHARGE; ACCOUNT FEE; PACKAGED ACCOUNT FEE; CLUB LLOYDS FEE; ARRANGED OVERDRAFT INTEREST; UNARRANGED
  OVERDRAFT CHARGE; UNPAID ITEM CHARGE; OVERDRAFT INTEREST TO {day};
  NON-STERLING TRANSACTION FEE; FOREIGN TRANSACTION FEE; INTL TRANSACTION FEE {d2}%; NON-BANK ATM FEE; OUT OF NETWORK
  ATM FEE; ATM OPERATOR FEE; CASH ADVANCE FEE; CASH FEE; WIRE TRANSFER FEE; OUTGOING WIRE FEE; INCOMING WIRE FEE;
  SWIFT CHARGE; CHAPS FEE; LATE PAYMENT FEE; LATE FEE; OVERLIMIT FEE;
  PURCHASE INTEREST CHARGE; INTEREST CHARGED ON PURCHASES; INTEREST CHARGE CASH ADVANCES; DEBIT INTEREST; LINE OF
  CREDIT INTEREST; RETURNED CHECK FEE; STOP PAYMENT FEE; PAPER STATEMENT FEE; CHEQUE BOOK FEE; REPLACEMENT CARD FEE;
  EXPEDITED CARD FEE; DORMANCY FEE; INACTIVITY FEE; MINIMUM BALANCE FEE;
  EXCESS WITHDRAWAL FEE; ACCOUNT RESEARCH FEE; CASHIERS CHECK FEE; BANK DRAFT FEE; KONTOFUEHRUNGSGEBUEHR;
  ENTGELTABSCHLUSS; SOLLZINSEN DISPO; AUSLANDSEINSATZENTGELT; COTISATION CARTE; FRAIS TENUE DE COMPTE; COMMISSION
  D'INTERVENTION; AGIOS; COMISION MANTENIMIENTO; COMISION DESCUBIERTO; CANONE MENSILE CONTO;
  BOLLO E SPESE; DISHONOUR FEE; INTERNATIONAL SERVICE FEE; OVERDRAWN FEE; E-TRANSFER FEE; ACCOUNT PLAN FEE; INTERAC
  FEE; BUSINESS TARIFF CHARGES; COMMISSION AND CHARGES; QUARTERLY CHARGES; SAFE DEPOSIT BOX RENT; FX MARGIN CHARGE;
  CARD ANNUAL FEE; AMEX MEMBERSHIP FEE; REVOLUT PREMIUM PLAN FEE; MONZO PLUS FEE;
  COINBASE TRANSACTION FEE; PAYPAL INSTANT TRANSFER FEE; VENMO INSTANT FEE; MERCHANT SERVICES FEE WORLDPAY; STRIPE
  FEES; SUMUP FEES; CHARGEBACK FEE; LOAN ARRANGEMENT FEE; MORTGAGE LATE CHARGE; EARLY CLOSURE CHARGE; UNPAID CHEQUE
  CHARGE; STAMP DUTY GOVT FEE ON ACCOUNT; TRANSFER FEE {ref}; GOVERNMENT LEVY ON ACCOUNT
"""

# Who stands on the other side when a purpose (not a card merchant) names the category.
PAYEES = """
FOOD_AND_DRINK: {surname} Catering; {place} Cafe; {person}; {surname}'s Bakery; {place} Farm; {place} Social Club bar
ENTERTAINMENT: {person}; {place} Events; {place} Theatre Group; {surname} Entertainments; {place} Sports & Social; box
  office
GENERAL_MERCHANDISE: {person}; {surname} Supplies Ltd; {place} Traders; seller {d4}; {surname} Wholesale; {place}
  Stationers
HOME_IMPROVEMENT: {person}; {surname} Builders; {surname} & Sons; {place} Property Services; {surname} Interiors;
  {place} Facilities Ltd
MEDICAL: Dr {surname}; {surname} Clinic; {place} Health; {person}; {place} Practice; {surname} & Partners
PERSONAL_CARE: {person}; {surname} Studio; {place} Wellness; {firstname} at {place}; {surname} Linen Services
GENERAL_SERVICES: {surname} & Co; {person}; {surname} Associates; {place} Services Ltd; {surname} Group; {place}
  Academy
GOVERNMENT_AND_NON_PROFIT: {place} Council; County of {place}; {place} Trust; St {saint}'s; Ministry of Finance;
  {place} Appeal; the court office
TRANSPORTATION: {person}; {place} Travel Card Office; {surname} Coaches; {place} Transport; {place} Fuels
TRAVEL: {person}; {place} Holidays; {surname} Tours; {place} Apartments & Suites; {place} Retreats; reservations desk
RENT_AND_UTILITIES: {person}; landlord {surname}; {surname} Estates; {place} Lettings; {place} Utilities; housemate
  {firstname}; {place} Telecom
INCOME: {employer}; {company}; {place} Council; {uni}; {insurer}; {surname} & Co
TRANSFER_IN: {person}; {firstname}; own account; {bank}; mum; {person} & {person}; joint account
TRANSFER_OUT: {person}; {firstname}; own account; {bank}; mum; {person} & {person}; savings pot; {exchange}
LOAN_PAYMENTS: {bank}; {bank} Finance; {surname} Credit Union; {place} Building Society; {bank} Cards; {surname} Motor
  Finance
BANK_FEES: {bank}; {bank}; {place} Credit Union; {bank} charges dept
"""

# Large sums that are ordinary for what they pay; the range is in the text's own row.
LARGE_ORDINARY = """
HOME_IMPROVEMENT 4000 42000: kitchen installation stage payment 2 of 3 as per contract; loft conversion final account;
  new roof, balance on completion; double glazing whole house balance; solar panels and battery install; extension
  stage payment per signed schedule
MEDICAL 2500 28000: hip replacement self-pay package; IVF cycle invoice; dental implants treatment plan; hospital
  inpatient balance after insurance; spinal surgery deductible and coinsurance; orthodontic treatment paid in full
GENERAL_SERVICES 3000 38000: university tuition autumn semester; boarding school fees term invoice; annual audit fee;
  stamp-ready conveyancing balance with completion statement; annual fleet insurance premium; legal costs per bill of
  costs; funeral account; consultancy framework invoice, PO attached
GOVERNMENT_AND_NON_PROFIT 3500 60000: self assessment balancing payment; quarterly VAT return; corporation tax for
  year end; annual property tax; stamp duty on completion; annual gala donation with receipt; inheritance tax on
  account
TRAVEL 2800 16000: cruise balance for four, departure in May; honeymoon package balance; school ski trip, 42 pupils;
  family flights to Sydney; safari balance 60 days before departure; villa two weeks for two families
RENT_AND_UTILITIES 2500 24000: quarterly office rent; six months rent in advance as per tenancy; warehouse lease
  quarter day; annual service charge demand; business electricity, three sites; student hall fees full year
LOAN_PAYMENTS 4000 260000: mortgage redemption on sale; car loan settled early; annual mortgage overpayment allowance;
  student loan paid off; business loan quarterly instalment; credit card cleared in full after holiday; remortgage
  completion
INCOME 6000 60000: annual bonus as notified; redundancy package per agreement; tax refund per notice of assessment;
  partnership profit share for the year; director's dividend with voucher; pension lump sum as elected; back pay after
  regrading
TRANSFER_IN 6000 180000: house sale proceeds from solicitor's client account; maturing bond to my own account; ISA
  transfer between providers; own savings moved for house purchase; inheritance distribution from estate account; sale
  of car to dealer by bank transfer
TRANSFER_OUT 6000 180000: house deposit to solicitor's client account, details verified in person; own ISA allowance
  for the year; moving savings to fixed term bond in own name; pension contribution before year end; wedding gift to
  daughter as every year; move to own brokerage
GENERAL_MERCHANDISE 1500 14000: classroom laptops, 20 units with PO; engagement ring; wedding dress balance; camera
  body and lenses for studio; stock order, regular supplier; retail stock invoice month end
FOOD_AND_DRINK 1200 9000: wedding catering balance, 120 guests; canteen supplier monthly invoice; Christmas party
  dinner for staff; wholesale drinks order for the bar; school meals contract May
ENTERTAINMENT 900 6000: corporate box season; staff summer party entertainment; festival family tickets for six; club
  season tickets for the team; pantomime coach party, whole school
TRANSPORTATION 700 6000: annual rail season ticket; fleet fuel card monthly statement; coach hire for school tour;
  diesel bulk delivery for depot; annual parking permits for staff
PERSONAL_CARE 500 2600: annual gym membership paid upfront; bridal party hair and make-up; laser course of eight
  sessions; corporate gym scheme yearly
BANK_FEES 200 1800: mortgage arrangement fee as quoted; early repayment charge as quoted; annual facility fee per
  agreement; merchant services monthly charges; platinum card annual fee
"""
