"""What makes a transaction read as ordinary, worth a glance, or marked by fraud or laundering."""

# Ordinary wording, with words that fraud also uses: none of these is a mark by itself.
ROUTINE_NOTES = """
plain: thanks; thank you; ref {ref}; invoice {d5}; inv {d4}; monthly; as usual; paid in full; contactless; recurring;
  order {d6}; customer {d6}; policy {d8}; acct {d6}; as per quote; balance; deposit; {month}; {month} {year}; auto
  pay; scheduled;
  with receipt; cheers; see you next week; no change from last month; card ending {d4}; approved by {surname}; PO
  {d5}; cost centre {d4}; regular payment; standing order; 2 of 12; final instalment; paid at till; collected in
  store; home delivery; chip and PIN
hard: URGENT invoice overdue, please pay by Friday; urgent call-out, fixed same day; final reminder, now paid; same
  supplier, same bank details as before; payee since 2019; bank details unchanged, confirmed by phone on the number we
  hold; as every month; quick thanks;
  new card ending {d4} replaces the lost one, paid as usual; duplicate copy of receipt issued, one payment only;
  refund of duplicate charge; told bank about trip; verified with supplier; paid at midnight when the bill fell due;
  large order, agreed in writing; limit raised for this in branch;
  [same|usual|unchanged] [bank details|account|IBAN|sort code] [as last time|as before|since {year}|as on contract];
  [confirmed|verified|checked] [by phone|by call back|in branch|with accounts|against contract];
  [urgent|asap|emergency|same-day|rush] [order|delivery|job|replacement], [invoice {d4}|paid on
  completion|thanks|agreed price];
  [invoice|order|receipt|statement] {d5} [attached|matched|on file|checked|approved by {firstname}];
  [paid|settled|sent] [on time|early|late, sorry|today as promised]; [first|second|last|third] instalment of
  [three|four|ten|twelve]; [our|the] [regular|usual|long-standing] [supplier|payee|order|arrangement]; [don't forget
  the receipt|keep receipt for warranty|receipt by e-mail];
  [reminder|second reminder|overdue notice] [paid|settled], [sorry for the delay|no fee]; confidential until the
  announcement, budget approved; please do not reply to this automated notice; surprise for [mum|dad|Gran], receipt
  kept; [changed|new] address noted, account the same; two payments this month as agreed; large but expected, see
  contract; paid with the new phone wallet; cash price agreed, receipt given; security code entered in app; approved
  in the app
hard GENERAL_MERCHANDISE: gift card for my sister's birthday; gift cards for staff Christmas raffle, receipt kept;
  secret santa present; teacher gift card from the class; gift cards as survey thank-you, budget code {d4}; apple gift
  card for son's birthday; steam gift card for nephew; stolen bike replaced, insurer pays; book about bitcoin;
  vouchers for long service awards, HR approved; [gift card|gift cards|gift voucher|vouchers] for
  [birthday|wedding|leaving present|Mother's Day|graduation|baby shower|coach at end of season]
hard GENERAL_SERVICES: customer support plan renewal; antivirus renewal, expected yearly; fraud awareness course for
  staff; crypto tax adviser fee; confidential shredding; officer training course; remote IT support, monthly contract;
  identity check for new starters; anti money laundering training; agent fee as in signed contract; card terminal hire
hard GOVERNMENT_AND_NON_PROFIT: IRS instalment agreement; HMRC time to pay plan; court fine paid online with
  reference; customs duty on parcel, tracked; police benevolent fund; inheritance tax reference {d6}; tax office
  reminder paid through official portal; casino night charity fundraiser ticket; immigration fee, form {d4}; warrant
  office fee for certified copy
hard ENTERTAINMENT: casino night with friends, small stake; lottery syndicate weekly; grand national flutter; bingo
  night; poker league subs; escape room for secret agents party
hard MEDICAL: emergency dentist, Sunday; urgent prescription; hospital deposit refunded later; private A&E visit,
  insurer informed
hard HOME_IMPROVEMENT: emergency locksmith, lost keys; urgent boiler repair, 1 year guarantee; safe installed; burglar
  alarm after break-in; roofer deposit by contract, guarantee attached
hard RENT_AND_UTILITIES: security deposit as in tenancy agreement; new tenant, contract signed, viewed twice; new
  landlord, notice by post and confirmed; urgent top up of meter; phone replaced after theft, same plan
hard TRANSFER_OUT: small weekly bitcoin buy, as planned; crypto savings plan 25 monthly; cash for market day; cash for
  holiday, told bank; gift to grandson as every year; limit raised for house completion, done in branch; payment to my
  own account at {bank}; safe deposit savings, own name; remittance to mum, every month
hard TRANSFER_IN: cash from school fair, counted by two; refund from friend for tickets; premium bond prize; sold old
  pram to neighbour; cheque from aunt; office collection paid in; float returned
hard LOAN_PAYMENTS: final settlement, loan fully repaid; card paid in full after holiday; deferred payment resumed,
  agreed with lender; early settlement figure by post
hard BANK_FEES: fee refunded as goodwill; card replacement after loss; express card fee; fee as in tariff; statement
  copy for visa application
hard INCOME: back pay after payroll error, HR letter; new job, first salary as in contract; commission per March
  statement; bonus as announced; final pay and holiday; expense claim approved
hard TRAVEL: last-minute flight for funeral; foreign hotel, bank told of trip; deposit to hotel, booking confirmed on
  the site; visa service for group tour
hard TRANSPORTATION: taxi at 3am after night shift; emergency fuel; lost railcard replaced; police car park permit
hard PERSONAL_CARE: urgent alteration and dry cleaning for wedding; gym fee after freeze ended; tattoo deposit
hard FOOD_AND_DRINK: tip in cash; night shift meal; officers' mess bill; large order for wedding, agreed; gift hamper
  for client
"""

# Reasons to glance, by the kind of entry they fit.
REVIEW_NOTES = """
any: first payment to this payee; new payee; payee added today; first time beneficiary; never paid before; no invoice
  number; no invoice on file; invoice to follow; amount differs from the order; twice the usual amount; four times
  last month's bill; unusually high for this merchant; same amount charged twice;
  possible duplicate; duplicate?; second charge, same day, same amount; charged again {n} minutes later; round sum, no
  breakdown; paid twice this week?; appears twice on the statement; weekend payment outside normal hours; not on
  approved supplier list; third payment this week to the same payee; no receipt; receipt missing;
  purchase order missing; overseas merchant, customer normally shops at home; first use of card abroad; currency not
  seen before on this account; larger than any earlier payment here; split across two cards; manual override of limit;
  amount keyed by hand; description does not match the supplier; direct debit went from {n} to {d3};
  subscription nobody recalls; unrecognised by cardholder, being checked; refund without a matching purchase; invoice
  number already used; large cash payment; one-off, unusually large; new supplier, large first order; new mandate,
  first collection; pending clarification from budget holder
vague: misc; sundries; various; services; services rendered; as discussed; per agreement; stuff; things; for that; you
  know what for; payment; other; general; goods; settlement; business; consulting; private; personal matter; balance
  of account; adjustment; as agreed verbally; project; the usual thing; expenses, no detail; balance owing, no ref;
  special order; favour; on behalf of; commission; facilitation; advance; for the deal; item; support; help; xx; ...;
  1; ref n/a; tbc; see email; unknown; sundry payment; work done; extra
INCOME: pay three times the usual; first credit from this employer; salary from an employer not on file; bonus not
  announced; refund larger than the tax paid; benefit paid twice in one week; dividend from an unlisted company;
  commission, no statement; royalty from a company never seen before; payroll arrived twice; salary received from
  abroad for the first time
TRANSFER_IN: large cash deposit, source not stated; first credit from this sender; cash paid in {amount} over the
  counter; incoming wire from abroad, purpose blank; third-party cheque deposit of round amount; crypto proceeds,
  large; money in from a name we have not seen; round sum from a company, no reference; cash deposit far from home
  branch; gift, first from this sender; loan from friend, no paperwork;
  casino winnings paid in; sale of watch, cash; deposit in old notes; large P2P receipt from new contact
TRANSFER_OUT: ATM abroad at {night}; cash withdrawal {foreign} {night}; withdrawal at {night}, not usual hours; three
  withdrawals in one evening; foreign ATM, maximum amount; large transfer to crypto exchange; bought {amount} of
  bitcoin; whole savings balance to crypto; wire to a country never paid before; first transfer to this person, round
  amount; large cash withdrawal for a car; daily limit withdrawn twice;
  first remittance to {foreign}; new exchange account, first deposit, large; big withdrawal at the counter, reason
  cash; overnight transfer of round amount; new beneficiary abroad; stablecoin purchase, large; leveraged trading
  account top-up; withdrew the daily maximum in {foreign}
ENTERTAINMENT: ten bets in one night; casino, large stake; betting deposit far above normal; third casino deposit
  today; online poker buy-in, high roller table; betting account topped up at {night}; spread betting top up in size;
  slots site, overseas licence, large; in-game coins far above normal; lost stake, deposited again
LOAN_PAYMENTS: lender not on credit file; loan settled with money of unknown origin; paid off in cash, large;
  instalment doubled without notice; new loan account, first collection; card bill overpaid by a round sum; credit
  balance after overpayment; repayment from a third party's account
BANK_FEES: fee charged twice; fee not in tariff; unusually high interest charge; fee from a bank we hold no account
  with; unexpected wire fee; six overdraft fees in one day; late fee though paid on time?; charge unexplained, raise
  with bank; fee larger than the payment itself
GOVERNMENT_AND_NON_PROFIT: donation to a charity without registration number; large cash donation, donor not named;
  fine paid for somebody else; tax paid twice?; first donation, large and round; overseas foundation, first gift;
  grant to a body not seen before; licence fee higher than published; anonymous donation of a round sum
GENERAL_MERCHANDISE: five phones in one order; six identical watches; electronics bulk buy at night; gift cards, large
  total, no note; luxury goods far above normal spend; several gift cards on one receipt; ten laptops to a home
  address; high-value resale goods; jewellery paid in cash, round sum
TRAVEL: one-way ticket bought same day, cash-like voucher; hotel abroad while card used at home; booking for a third
  party, large; no-show charge questioned; double booking?; last-minute business class for unknown traveller; villa
  paid direct to owner, first time
RENT_AND_UTILITIES: rent to a new landlord account; double rent this month?; electricity bill five times normal;
  deposit for a flat, first payee; phone bill with premium numbers; rent paid for a stranger?; back-billed energy,
  large; water bill ten times the last; roaming charges very high
"""

# Marks of fraud or laundering. Those under `any` fit whatever was bought; others carry their own category.
SUSPICIOUS_NOTES = """
pressure: [urgent|very urgent|asap|right now|immediately], [don't|do not|please dont] [tell|inform|mention this
  to|speak to] [anyone|the bank|my wife|the team|family|accounts|your manager]; [confidential|secret|private]
  [deal|matter|acquisition], pay [today|within the hour|before 5pm], [I will explain later|no calls|e-mail only];
  [boss|CEO|director|chairman|FD] [texted|mailed|messaged] from [new number|private address|airport], [pay now|needs
  it within the hour], [keep quiet|tell nobody|between us]; [caller|man on phone|agent] [stays on the line|says do not
  hang up|reads out what to type]; [or else|or they will] [arrest|evict|expose|sue] [me|us] [today|tonight]
bank_details: [new|updated|changed|different|amended] [bank details|account number|IBAN|sort code|beneficiary
  account|payee account] [received by|came in|sent by|per|as per] [e-mail|email|mail|pdf attachment|whatsapp]
  [today|this morning|yesterday|last night|]; [supplier|landlord|solicitor|contractor|vendor|payee]
  [e-mailed|mailed|wrote] [new|other|changed] [account|IBAN|bank details], [call back not done|could not reach by
  phone|asked us not to call|from a free mail address]
bank_details: bank details changed by e-mail yesterday; new account number received by email this morning; supplier
  emailed a new IBAN, please use it from today; use the new account in my last mail, do not call; updated remittance
  details, old account under audit; pay to new account, accounts dept wrote from a gmail address;
  details altered after email from supplier, domain misspelt; CEO asked by mail to pay this today, details attached;
  per your e-mail, our bank has changed, kindly use the account below; invoice resent with different sort code; same
  invoice, new beneficiary bank in another country; vendor changed account two hours before payment run;
  please disregard previous account, remit to our subsidiary abroad; new payee details came in an email, phone check
  not done; changed IBAN, sender asked not to ring the office; email said account frozen for tax reasons, send here
  instead; kindly note our banking information has been updated; letterhead with new account, not confirmed
pressure: urgent, keep this confidential, do not tell the bank; do this now or you will lose everything; tell no one,
  boss travelling, needs it within the hour; say it is for family if the bank asks; told to stay on the phone while
  paying; must be paid in 30 minutes or account is closed; don't discuss with colleagues, director's request;
  pay immediately or be arrested; caller said not to hang up; keep between us, do not mention to your husband; they
  said give the bank a cover story; send before midnight or penalty doubles, secret; last chance, pay now, no
  questions; caller coached me what to say to the bank; do not tell branch staff the real reason;
  please handle discreetly, I am in a meeting and cannot talk, needed today; kindly process quietly, nobody else on
  the team needs to know; screen shared with caller during payment; stranger on WhatsApp says pay now, hide from
  family; threatened to publish photos unless paid
stolen_card: card reported stolen {day}, still used; lost card used after report; card blocked as stolen, offline
  approval; stolen wallet, cardholder at police station; cardholder reports card taken in bag snatch, purchase after;
  card in cardholder's possession, used in {foreign} minutes later; fallback to magstripe, card reported lost;
  purchase with card stolen from the post;
  pin tried six times, card reported missing; cardholder deceased, card used; cloned card suspected, same card in two
  cities 10 minutes apart; victim reports pickpocketing, spend continues; not me, card stolen last night; contactless
  run after theft report; stolen card confirmed by holder
card_testing: 14 attempts of {small} in two minutes; {small} auth, then declined, then {small} again; burst of small
  authorisations, sequential cards; {n} declines, different expiry dates tried; {small} test charge followed by {d3};
  auth {small} x {n}, same terminal, CVV mismatch; BIN attack pattern, {n} tries; series of one-cent charges; {n}
  cards tried from one device;
  zero-value checks on {n} cards in a row; card number guessed, CVV wrong {n} times, then approved; micro charges
  every 4 seconds; velocity: {n} auths in 60 s, all {small}
takeover: password reset then payment from a new device; new device, new phone number, sent within minutes; login from
  {foreign}, e-mail changed, money moved; SIM swapped this morning, one-time code used; delivery address changed after
  password reset; remote access tool running during payment; security questions failed twice, then large payment;
  contact details changed an hour before;
  customer says he did not log in; session from anonymising network, new payee added; two-factor switched off, then
  payment; login from two countries in five minutes, payment sent; mobile number ported out last night, then this;
  account recovery by stranger, card added to new wallet; new phone enrolled at {night}, spend at once; AnyDesk
  session open
invoice_fake: fake invoice suspected, company does not exist; supplier says they never issued this invoice; lookalike
  company name, one letter off; invoice for goods nobody ordered, threatens collection; shell company, no website,
  address a mailbox; overpaid by buyer, asks to send the difference back; seller wants payment outside the platform,
  friends and family; item never existed, seller vanished
"""

SUSPICIOUS_EVENTS = """
GENERAL_MERCHANDISE: {n} [gift cards|apple cards|google play cards|steam cards|prepaid vouchers|amazon cards] for
  [officer {surname}|agent {surname}|tech support|the tax office|the sheriff|fraud department|my manager, new number],
  [codes sent|numbers read out|pictures of the back sent|codes texted]; [caller|support|officer] [told me to|said
  to|made me] buy [gift cards|vouchers|prepaid cards] [now|at three shops|and stay on the phone];
  gift cards for IRS officer, codes read over phone; apple gift cards, support agent asked for the numbers; steam
  cards to unlock computer, technician on the line; ebay gift cards for the sheriff's office; google play cards for
  boss, send photos of codes; {n} gift cards of 500 as told by the caller;
  itunes cards to settle arrest warrant; razer gold cards for online girlfriend; vouchers bought for 'Microsoft
  support', codes e-mailed; target gift cards x{n} for agent Wilson, badge number given; gift cards needed by the
  pastor today, keep it quiet; prepaid cards for bail officer; codes scratched and texted to helpdesk
TRANSFER_OUT: [bitcoin|btc|usdt|crypto|ether] [sent|bought|to wallet] [as told by|for|on orders of]
  [officer|support|the caller|fraud team|account manager on telegram|fiance online]; [received|got] [this
  morning|today|an hour ago], [forward|send on|pass on] [minus|keep|less] [5%|8%|10%|my share]; move money to safe
  account, bank security called; safe account as told by fraud team; bitcoin ATM, officer on the phone; send btc to
  wallet given by support; crypto to unlock withdrawal from trading platform; pay release fee in usdt; forward the
  money as instructed, keep 10%; forward to next account minus your cut; transferring on what I received, agent told
  me;
  pass on 90% to Ivan, rest is commission; withdraw {struct} today and {struct} tomorrow, stay below 10k; withdrawals
  of {struct}, {struct} and {struct} to avoid form; split in three so nothing is reported; under the limit each time;
  three branches, {struct} each, same day; for my fiance stuck at customs abroad, never met; investment guru on
  telegram, guaranteed 40% weekly;
  online boyfriend needs ticket and hospital money, secret from family; parcel of gold release payment; lottery
  winning tax before payout; hi mum new number, need this today; grandson in jail, bail, don't tell parents; cash by
  courier to the inspector; money to protect account from hackers; deposited cash straight out through atms, mule
  pattern; in and out the same hour, account opened last week;
  balance emptied to new payee after login from new phone; customer told by caller to move savings; wire to wallet
  provider, remote support asked; test transfer of 1.00 then {struct}; recovery agent fee to get back lost crypto;
  romance, she promised to pay back, wire to third party
TRANSFER_IN: [cash|deposit|paid in] {struct} [today|Monday], {struct} [tomorrow|Tuesday], [to stay below|so it is
  under|to keep under] [10k|10,000|the limit|reporting]; [receive|take|accept] [this|money] and [forward|send on|wire]
  [within the hour|same day], [commission|keep] [5%|7%|10%]; cash deposits {struct}, {struct}, {struct} in three
  branches; deposit of {struct} again, just under 10,000; structured cash, {n} deposits this week below the limit;
  {struct} cash, asked teller about reporting limit; received for forwarding, keep 5%; payment agent job, pass it on
  today; money from stranger, told to send on in bitcoin; {n} small credits from unknown names, then cash out;
  credit from hacked account, recall requested; use of account rented to a friend of a friend; work from home, receive
  transfers and forward; cheque from buyer, overpaid, send back difference; sender bank reports fraud, return asked;
  inheritance from unknown prince; lottery prize deposit, fee to follow; many people paying for concert tickets that
  do not exist; let my account be used, 200 for you;
  refund from 'support', too much, send rest in gift cards; transfer in and out within minutes, new account; crypto
  mixer proceeds; funds from recently opened accounts, same ip; deposit then instruction on telegram; stolen cheque
  altered payee; washed check deposit
GOVERNMENT_AND_NON_PROFIT: tax officer called, pay now or warrant; HMRC arrest notice, pay by transfer to a person;
  IRS agent demands fine in one hour by wire; fake customs fee text link; DVLA fine by text, link to odd site;
  immigration officer said pay or be deported, do not tell anyone; relief fund, collector's private account, bitcoin
  only; charity asks to pay a private wallet;
  unpaid toll text link, card details taken; court bailiff on phone, immediate payment or jail; social security number
  suspended, officer needs payment; sheriff missed jury duty, pay now by voucher; fake police officer collects
  penalty; embassy fee to personal account, secrecy asked; tax rebate form, fee first
RENT_AND_UTILITIES: deposit for flat never viewed, owner abroad, keys by courier; landlord changed account by email,
  rent to new iban; pay rent now to hold, no viewing, whatsapp only; power will be cut in 30 minutes, pay by app now;
  utility officer on phone demands prepaid card; rental listing copied, deposit to stranger; internet company
  'support' took remote control; holiday let agent vanished, holding deposit for apartment
LOAN_PAYMENTS: upfront fee to release the loan, lender unregistered; advance fee for loan, paid to a private account;
  credit card cleared with stolen funds, payment reversed; debt collector threatens arrest, wants transfer now; loan
  taken in my name by someone else, first instalment; mortgage payoff wired to changed account from e-mail; student
  loan forgiveness agent, pay first, secret code; card bill paid from hacked third-party account;
  payoff letter e-mailed with new wire details; caller from loan department, settle now or lose house
BANK_FEES: unfreezing fee to release blocked millions; fee for inheritance transfer, barrister abroad; fee demanded by
  fake bank security to keep account open; activation fee before refund, caller in hurry; anti-money-laundering
  certificate fee for unknown sender; wire release charge, lottery; account upgrade fee asked by text link; processing
  fee to unlock winnings, pay in secret; verification fee to 'bank officer' on whatsapp; overdraft fee after account
  taken over and emptied
INCOME: salary for processing payments, keep 8% and forward; job hired by chat, first cheque too large, return the
  rest; payroll account changed by e-mail, employee denies it; benefit claim in someone else's name; tax refund filed
  by someone else using my number; commission for receiving parcels and money; mystery shopper pay, send most back;
  wages redirected to a prepaid card after hacked mailbox; unemployment in {n} different names to one account; ghost
  employee salary, same account as manager;
  dividend from ponzi scheme, invite two more; guaranteed daily profit paid by telegram group
FOOD_AND_DRINK: stolen card used for {n} food orders in one hour; voucher codes for food app bought by hacked account;
  catering deposit to bank account changed by mail; fake caterer, deposit lost, number dead; restaurant charge by
  skimmed card; 1.00 coffee test then electronics attempt
ENTERTAINMENT: fake tickets, seller asked for friends and family, now blocked; betting account funded with stolen
  card; chips bought and cashed out, no play; casino deposit in, withdrawn to another name; sextortion, pay for videos
  or be exposed; streaming text scam, card details taken; game account hacked, coins bought; match fixing tipster
  wants payment first; {n} betting accounts in other people's names; lottery agent says pay fee to collect prize
HOME_IMPROVEMENT: roofer at door, cash now, threatens, will not leave; builder's invoice mail intercepted, money to
  new account; deposit for kitchen, firm does not exist; cold caller says roof unsafe, go to the bank now, say it is a
  gift; rogue trader escorting pensioner to bank; driveway gang wants cash today, keep quiet; boiler grant scam,
  processing fee to stranger
MEDICAL: emergency surgery for man met online, never seen; grandchild in accident, lawyer wants hospital money now,
  tell nobody; fake clinic took card, pills never sent; prescriptions billed to stolen identity; insurance claim for
  treatment never given; hospital bill paid to account changed by e-mail; doctor kidnapped abroad asks for help by
  chat; miracle cure seller, crypto only
PERSONAL_CARE: free trial cream, card charged every day, number guessed; gym bill on card reported stolen; salon
  terminal, {n} declined cards then approved; beauty parcel trial trap, identity stolen; spa vouchers bought in bulk
  with hacked account; massage blackmail, pay or we tell your wife
GENERAL_SERVICES: conveyancing completion money, bank details changed by email; solicitor's e-mail hacked, new account
  given; tech support removed virus, now wants remote access and payment; geek refund agent, pay to cancel
  subscription; college fees through agent with discount, account of a stranger; fake courier redelivery link; course
  of trading secrets, pay crypto, bring friends; insurance sold by ghost broker on instagram; lawyer for inheritance
  abroad, keep confidential; recovery company promises to return lost money, fee first; shell consultancy, no work
  done, invoice under approval limit; director's e-mail: pay the adviser today, secret deal; parcel customs text,
  link, card details; reshipping job fee
TRANSPORTATION: fuel pump {n} times in an hour on cloned card; skimmed card at pump, 1.00 then 99.00; taxi app account
  taken over, rides in {foreign}; toll text link, card now used elsewhere; parking qr code sticker fraud; stolen fuel
  card, three lorries in one night; courier ride to collect cash from pensioner for 'officer'
TRAVEL: airline tickets on stolen card, departing today, name differs; visa and ticket for fiancee met online, keep
  secret; villa, pay by bank transfer outside the site, owner's account changed; fake travel agent, no booking exists;
  hotel messages hacked, pay again or lose booking, link; frequent flyer account taken over; cloned card hotel in
  {foreign}, holder at home; tickets resold, card testing first; flight for stranger, told to say nephew
"""
