"""Names of people, firms, towns and banks, and what differs by country."""

FIRST_NAMES = """James Mary Robert Linda Michael Sarah David Karen Ahmed Fatima Wei Mei Jose Maria Carlos Sofia Priya Raj Anil Deepa Olga Ivan Piotr Anna Hans Greta Pierre Camille Luca Giulia Sean Aoife Liam
Niamh Jack Chloe Oliver Amelia Noah Emma Tyrone Aisha Kwame Ama Chidi Ngozi Yusuf Leyla Hiroshi Yuki Min-jun Ji-woo Thomas Sam Alex Chris Pat Jo Dave Steve Tina Gemma Callum Hamish Isla Megan Rhys Bronwyn Bruce
Sheila Hugo Ines Mateo Lucia Tariq Zainab Kofi Esther Grace Peter Paul Joan Ruth Harold Doris Ethel Walter""".split()
SURNAMES = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Khan Singh Ali Murphy Kelly OBrien Walsh Ryan Byrne Garcia Martinez Rodriguez Lopez Hernandez Nguyen Tran Kim Lee Park Chen Wang Li Zhang
Mueller Schmidt Fischer Weber Becker Dubois Martin Bernard Moreau Rossi Russo Ferrari Bianchi Kowalski Nowak Novak Petrov Ivanov Jensen Hansen Nielsen Larsson Berg Virtanen Okafor Mensah Adeyemi Abebe Hussain Begum
Ahmed Rahman Campbell Stewart MacDonald Fraser Hughes Evans Morgan Price Clarke Wright Green Hall Baker Cooper Ward Turner Hill Parker Bennett Gray Foster Reid Sharma Gupta Mehta Reddy Thompson Harris Lewis Walker
Young Allen King Scott Torres Rivera Cruz Gomez Diaz Silva Santos Costa Pereira Novotny Horvath Nagy Popescu Yilmaz Kaya Haddad Nasser Cohen Levy Friedman Goldberg Wood Marsh Pearce Holt Finch Barlow""".split()
SAINTS = "Mary John Peter Paul Luke Mark Anne Michael George Andrew Patrick Francis Joseph Thomas Brigid".split()
ANIMALS = "Lion Fox Bull Swan Stag Horse Eagle Bear Crow Hart Goose Dragon Ram Boar Hound".split()
PLACES = {
    "US": """Austin Denver Portland Seattle Boston Chicago Phoenix Dallas Houston Atlanta Miami Tampa Orlando Nashville Memphis Columbus Cleveland Detroit Omaha Tucson Fresno Oakland Sacramento Boise Raleigh Richmond
Albany Buffalo Newark Trenton Hartford Burlington Springfield Salem Madison Lincoln Topeka Tulsa Reno Provo Spokane Tacoma Eugene Boulder Mesa Plano Savannah Mobile Bend Duluth Fargo Erie""".split(),
    "GB": """Leeds Bristol Manchester Glasgow Cardiff Belfast York Bath Exeter Norwich Derby Leicester Coventry Hull Sheffield Reading Oxford Cambridge Croydon Camden Hackney Luton Swindon Preston Bolton Wigan Stockport
Dundee Perth Stirling Swansea Newport Truro Ipswich Hove Ealing Barnet Walsall Dudley Chester Durham Carlisle Lincoln Poole Kendal Bury Whitby""".split(),
    "EU": """Paris Lyon Lille Nantes Berlin Hamburg Munich Cologne Leipzig Vienna Graz Milan Turin Rome Bologna Madrid Sevilla Bilbao Valencia Lisbon Porto Dublin Cork Galway Limerick Brussels Ghent Antwerp Utrecht Rotterdam
Eindhoven Delft Helsinki Tampere Athens Prague Brno Krakow Gdansk""".split(),
    "CA": "Toronto Ottawa Montreal Vancouver Calgary Edmonton Winnipeg Halifax Regina Saskatoon Victoria Kelowna Hamilton London Kingston Sudbury Moncton Laval Gatineau Burnaby".split(),
    "AU": "Sydney Melbourne Brisbane Perth Adelaide Hobart Darwin Cairns Geelong Newcastle Wollongong Ballarat Bendigo Parramatta Fremantle Bondi Toowoomba Mackay Dubbo Albury".split(),
}
REGIONS = {
    "US": "TX CO OR WA MA IL AZ FL TN OH MI NE CA NY NJ CT VA GA NC OK NV UT ID".split(),
    "GB": "ENG SCT WLS NIR".split(),
    "EU": "FR DE IT ES IE NL AT BE".split(),
    "CA": "ON QC BC AB MB NS SK NB".split(),
    "AU": "NSW VIC QLD WA SA TAS ACT NT".split(),
}
CURRENCIES = {"US": "USD", "GB": "GBP", "EU": "EUR", "CA": "CAD", "AU": "AUD"}
SYMBOLS = {"USD": "$", "GBP": "£", "EUR": "€", "CAD": "C$", "AUD": "A$"}
BANKS = {
    "US": "Chase; Wells Fargo; Bank of America; Citibank; PNC; US Bank; Capital One; TD Bank; Ally; Regions; Navy Federal; Truist; KeyBank; Fifth Third; Schwab Bank; Chime",
    "GB": "Barclays; HSBC; Lloyds; NatWest; Santander; Halifax; Monzo; Starling; Nationwide; TSB; First Direct; Metro Bank; Co-op Bank; RBS; Virgin Money; Tesco Bank",
    "EU": "BNP Paribas; Societe Generale; Deutsche Bank; Sparkasse; Commerzbank; ING; Rabobank; BBVA; Santander ES; CaixaBank; UniCredit; Intesa; AIB; Bank of Ireland; N26; Revolut; Volksbank; Credit Agricole",
    "CA": "RBC; TD Canada Trust; Scotiabank; BMO; CIBC; Tangerine; Desjardins; National Bank; Simplii; EQ Bank",
    "AU": "CommBank; Westpac; NAB; ANZ; ING AU; Macquarie; Bendigo Bank; Suncorp; Up Bank; Bankwest",
}
EMPLOYERS = """ACME CORP; NORTHWIND LOGISTICS; {place} CITY COUNCIL; {place} UNIFIED SCH DIST; {surname} MANUFACTURING; {place} GENERAL HOSPITAL; {surname} & CO LTD; GLOBEX LLC; {place} NHS TRUST; {surname} ENGINEERING; TARGET CORP; WALMART INC; AMAZON.COM SVCS; TESCO STORES LTD; SIEMENS AG;
RENAULT SAS; KPMG LLP; STATE OF {region}; {surname} LOGISTICS GMBH; DEPT OF EDUCATION; {surname} RESTAURANT GROUP; {place} POLICE; ROYAL MAIL GROUP; BOEING CO; FEDEX EXPRESS; {surname} STAFFING; {place} TRANSIT AUTHORITY; {surname} SOFTWARE; ACCENTURE; BUNNINGS GROUP; QANTAS AIRWAYS; LOBLAW COMPANIES;
{place} FOODS; {surname} CARE HOMES; MINISTRY OF DEFENCE; {surname} CONSTRUCTION; HILTON HOTELS; {place} UNIVERSITY; ADECCO; RANDSTAD; {surname} LAW; NETWORK RAIL; {place} STEEL; {surname} FARMS; {place} HOTEL LTD"""
COMPANIES = "VANGUARD VTSAX; SHELL PLC; UNILEVER; APPLE INC; COCA COLA CO; BP PLC; NATIONAL GRID; TELSTRA CORP; BHP GROUP; ENBRIDGE INC; SIEMENS; TOTALENERGIES; AT&T; JOHNSON & JOHNSON; LLOYDS BANKING; ISHARES ETF; REALTY INCOME; ALLIANZ SE; AVIVA PLC; NESTLE; MICROSOFT; BCE INC; RIO TINTO"
UNIVERSITIES = "UNIVERSITY OF {place}; {place} STATE UNIV; {place} COLLEGE; TU {place}; {place} TECH"
INSURERS = "PRUDENTIAL; LEGAL & GENERAL; AVIVA; METLIFE; NEW YORK LIFE; ALLIANZ; AXA; SUN LIFE; MANULIFE; AMP; STANDARD LIFE; TIAA"
EXCHANGES = "Coinbase; Binance; Kraken; Bitstamp; Crypto.com; Gemini; Bitpanda; CoinSpot; Newton; eToro"
FOREIGN = "Bangkok; Lagos; Manila; Bucharest; Istanbul; Dubai; Hong Kong; Sofia; Accra; Moscow; Marrakech; Cancun; Sao Paulo; Bogota; Jakarta; Kyiv; Mumbai; Tallinn; Nicosia; Panama City; Johannesburg; Phnom Penh; Casablanca; Belgrade; Lima"
MCC_TEXT = {"INCOME": "", "TRANSFER_IN": "4829", "TRANSFER_OUT": "4829", "LOAN_PAYMENTS": "6012", "BANK_FEES": "6012"}
