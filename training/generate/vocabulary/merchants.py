"""Merchants by category, merchant category code and country, with the range of an ordinary amount.

A header key is `<mcc> <channel> <code>` with `low-high`; the keys `<mcc> <country>` under it list names, and
`<mcc> LOCAL` lists patterns for small businesses.
"""

MERCHANTS: dict[str, str] = {
    "FOOD_AND_DRINK": """
5411 store purchase: 5-240
5411 US: Kroger; Safeway; Publix; Whole Foods Market; Trader Joe's; H-E-B; Wegmans; Food Lion; Giant Eagle; Aldi;
  Albertsons; Meijer; Hy-Vee; Stop & Shop; ShopRite; Winco Foods; Sprouts Farmers Market; Piggly Wiggly; Ralphs;
  Vons; Fred Meyer; Harris Teeter; King Soopers; Instacart; 7-Eleven; Wawa; Food 4 Less; Winn-Dixie; Market Basket
5411 GB: Tesco Stores; Sainsbury's; Asda Superstore; Morrisons; Waitrose; Lidl; Aldi Stores; Co-op Group Food; Iceland
  Foods;
  Ocado Retail; M&S Simply Food; Spar; Budgens; Nisa Local; Londis; Tesco Express; Sainsburys Local; Farmfoods; Booths
5411 EU: Carrefour; Auchan; E.Leclerc; Monoprix; Rewe; Edeka; Kaufland; Penny Markt; Netto; Mercadona; Dia; Albert
  Heijn;
  Jumbo; Delhaize; Colruyt; Conad; Esselunga; Coop Italia; Billa; Spar Ireland; SuperValu; Dunnes Stores; ICA Maxi
5411 CA: Loblaws; No Frills; Metro; Sobeys; Real Canadian Superstore; FreshCo; Save-On-Foods; IGA; Maxi; Provigo; Farm
  Boy
5411 AU: Woolworths; Coles; ALDI Stores; IGA; Foodland; Harris Farm Markets; Foodworks; Drakes Supermarkets
5411 LOCAL: {surname}'s Market; {place} Grocery; {place} Mini Mart; {surname} & Sons Greengrocer; {place} Halal Foods;
  {place} Asian Supermarket; {surname} Butchers; {place} Fishmonger; {place} Farm Shop; {place} Food & Wine
5812 store purchase: 12-160
5812 US: Olive Garden; Applebee's; Cheesecake Factory; Chili's; IHOP; Denny's; Outback Steakhouse; Texas Roadhouse;
  Red Lobster; Cracker Barrel; P.F. Chang's; Buffalo Wild Wings; Waffle House; First Watch; LongHorn Steakhouse
5812 GB: Nando's; Wagamama; Pizza Express; Zizzi; Harvester; Toby Carvery; Wetherspoon; Prezzo; Bill's Restaurant;
  Dishoom; Ask Italian; Beefeater; Franco Manca; Cote Brasserie; Turtle Bay; Frankie & Benny's
5812 EU: Vapiano; Hippopotamus; L'Osteria; Buffalo Grill; Flunch; Block House; La Tagliatella; Hans im Gluck;
  Supermac's
5812 CA: Boston Pizza; The Keg Steakhouse; Swiss Chalet; Earls Kitchen; Montana's BBQ; Cactus Club; East Side Mario's
5812 AU: Grill'd; Hog's Breath Cafe; Rashays; Sizzler; The Coffee Club; Guzman y Gomez; Betty's Burgers
5812 LOCAL: {surname}'s Bistro; Trattoria {surname}; {place} Grill; Taverna {place}; {place} Tandoori; Golden Dragon
  {place};
  Sushi {place}; Thai Orchid {place}; Cafe {surname}; The {place} Kitchen; Casa {surname}; {place} Diner; Bombay Spice
  {place};
  {surname}'s Steakhouse; Pho {place}; {place} Noodle Bar; Brasserie {place}; {surname} Catering
5814 store purchase: 3-45
5814 US: McDonald's; Starbucks; Chick-fil-A; Subway; Taco Bell; Chipotle; Dunkin'; Wendy's; Burger King; Panera Bread;
  KFC;
  Five Guys; Shake Shack; Domino's Pizza; Papa John's; In-N-Out Burger; Sonic Drive-In; Panda Express; DoorDash; Uber
  Eats;
  Grubhub; Jimmy John's; Popeyes; Arby's; Jack in the Box; Sweetgreen; Blue Bottle Coffee; Peet's Coffee; Dairy Queen
5814 GB: Greggs; Pret A Manger; Costa Coffee; Caffe Nero; Leon; Itsu; Deliveroo; Just Eat; Subway; KFC; Krispy Kreme;
  Tortilla; Wasabi; Gail's Bakery; Black Sheep Coffee; Upper Crust; German Doner Kebab; Papa Johns
5814 EU: Takeaway.com; Lieferando; Glovo; Paul Boulangerie; Nordsee; Quick Burger; Starbucks; Wolt; Dean & David; Le
  Crobag
5814 CA: Tim Hortons; Second Cup; A&W; Harvey's; SkipTheDishes; Mary Brown's Chicken; Booster Juice; Freshii
5814 AU: Hungry Jack's; Red Rooster; Menulog; Zambrero; Oporto; Gloria Jean's; Boost Juice; Mad Mex
5814 LOCAL: {surname}'s Coffee; {place} Fish Bar; {place} Kebab House; The Daily Grind {place}; {place} Bakehouse;
  {place} Espresso;
  {place} Donuts; Bean & Leaf {place}; {surname}'s Deli; {place} Chippy; Taqueria {surname}; {place} Bagels; Gelato
  {surname}
5813 store purchase: 6-110
5813 US: Yard House; BJ's Brewhouse; World of Beer; Twin Peaks
5813 GB: Greene King; BrewDog; Slug & Lettuce; All Bar One; Revolution Bar; Stonegate Pubs; Marston's Inns
5813 EU: O'Reilly's Irish Pub; Hofbrauhaus; Porterhouse Temple Bar; Delirium Cafe
5813 LOCAL: The {animal} & Crown; The Red {animal}; {place} Taproom; {surname}'s Bar; {place} Brewing Co; The {place}
  Arms; Bar {surname}
5921 store purchase: 9-120
5921 US: Total Wine & More; BevMo; ABC Fine Wine; Binny's Beverage Depot; Drizly
5921 GB: Majestic Wine; Threshers; Oddbins; Bargain Booze; Naked Wines; Virgin Wines
5921 CA: LCBO; The Beer Store; SAQ; BC Liquor Stores
5921 AU: Dan Murphy's; BWS; Liquorland; First Choice Liquor; Vintage Cellars
5921 EU: Nicolas Vins; O'Briens Wine; Gall & Gall; Systembolaget
5921 LOCAL: {place} Liquors; {surname} Wine Merchants; {place} Bottle Shop; {place} Off Licence
""",
    "ENTERTAINMENT": """
4899 online purchase: 4-35
4899 US: Netflix; Hulu; Disney Plus; HBO Max; Paramount+; Peacock TV; Apple TV+; YouTube Premium; Spotify USA;
  SiriusXM; Crunchyroll;
  Audible; Pandora; Tidal; ESPN+; Twitch Interactive; Fubo TV; DAZN; Patreon Membership; Starz
4899 GB: Netflix.com; Spotify UK; NOW TV; BritBox; Disney Plus; Amazon Prime Video; MUBI; DAZN UK; Audible UK; Apple
  Music; TNT Sports
4899 EU: Deezer; Canal+; Netflix International; Joyn Plus; RTL+; Sky Ticket; Viaplay; Spotify AB; Videoland; Filmin
4899 CA: Crave; Netflix Canada; Sportsnet NOW; CBC Gem Premium; TSN Direct
4899 AU: Stan; Binge; Kayo Sports; Foxtel Now; Netflix Australia; Spotify Sydney
5816 online purchase: 2-90
5816 US: Steam Games; PlayStation Network; Xbox Game Pass; Nintendo eShop; Roblox; Epic Games Store; Blizzard
  Entertainment;
  EA Play; Riot Games; GOG.com; Humble Bundle; Minecraft Realms; Ubisoft Store
5816 GB: Steam Purchase; PSN Network London; Nintendo of Europe; King.com Candy Crush; Supercell Clash
5816 EU: Valve Bellevue; Microsoft Xbox Dublin; Wargaming.net; Ubisoft Montreuil; Instant Gaming
7832 store purchase: 9-75
7832 US: AMC Theatres; Regal Cinemas; Cinemark; Alamo Drafthouse; Marcus Theatres; Fandango; Harkins Theatres
7832 GB: Odeon Cinemas; Vue Cinemas; Cineworld; Everyman Cinema; Picturehouse; Showcase Cinema; Curzon
7832 EU: UGC Cine; Pathe Gaumont; CinemaxX; Kinepolis; Cinesa; UCI Kinowelt; Omniplex
7832 CA: Cineplex; Landmark Cinemas; Guzzo
7832 AU: Hoyts; Event Cinemas; Village Cinemas; Reading Cinemas; Palace Cinemas
7922 online purchase: 22-340
7922 US: Ticketmaster; StubHub; AXS; SeatGeek; Eventbrite; Vivid Seats; Broadway Direct; Live Nation
7922 GB: Ticketmaster UK; See Tickets; Dice FM; The O2 Arena; ATG Tickets; Royal Opera House; National Theatre;
  Gigantic
7922 EU: Fnac Spectacles; Eventim; Ticketone; Opera National de Paris; Paradiso Amsterdam; Staatsoper Berlin
7922 AU: Ticketek; Moshtix; Oztix; Sydney Opera House
7922 LOCAL: {place} Playhouse; {place} Comedy Club; {place} Jazz Festival; {place} Symphony Orchestra; {place} Arena
  Box Office
7995 online purchase: 5-80
7995 US: DraftKings; FanDuel; BetMGM; Caesars Sportsbook; MGM Grand Casino; Powerball Lottery; PrizePicks; Mohegan Sun
  Casino
7995 GB: Bet365; William Hill; Ladbrokes; Paddy Power; Betfair; Sky Bet; National Lottery; Coral; Gala Bingo; Betfred;
  Grosvenor Casino
7995 EU: Betclic; Winamax; Tipico; PMU; Unibet; Bwin; Francaise des Jeux; Lottomatica; Casino Barriere; PokerStars
7995 AU: Sportsbet; TAB; Ladbrokes AU; Crown Casino; The Lott; PointsBet; The Star Casino
7995 CA: OLG PlayNow; Proline Plus; Casino Rama; theScore Bet
7991 store purchase: 8-150
7991 US: Smithsonian Gift; Museum of Modern Art; Disneyland Resort; Six Flags; Universal Orlando; Legoland California;
  Topgolf;
  Dave & Buster's; Bowlero; Main Event; Chuck E. Cheese; San Diego Zoo; Georgia Aquarium; Sky Zone Trampoline
7991 GB: Alton Towers; Thorpe Park; Madame Tussauds; London Eye; Science Museum; Chester Zoo; Hollywood Bowl; National
  Trust;
  Legoland Windsor; English Heritage; Tate Modern; Tenpin; Flip Out; Warner Bros Studio Tour
7991 EU: Louvre Musee; Disneyland Paris; Europa Park; Efteling; Rijksmuseum; Prado Museo; PortAventura; Sagrada
  Familia Tickets
7991 CA: Royal Ontario Museum; Canada's Wonderland; CN Tower; Ripley's Aquarium
7991 AU: Taronga Zoo; Luna Park; Dreamworld; Sea World Gold Coast; Questacon
7991 LOCAL: {place} Escape Rooms; {place} Mini Golf; {place} Museum; {place} Laser Tag; {place} Karting; {place} Ice
  Rink; {place} Bowl;
  {place} Paintball; {place} Planetarium; {place} Climbing Wall; {place} Art Gallery; {place} Arcade
7941 online purchase: 20-260
7941 US: Madison Square Garden; Yankees Tickets; NFL Game Pass; Lakers Tickets; MLB.TV; NBA League Pass; Churchill
  Downs
7941 GB: Arsenal FC Tickets; Manchester United; Twickenham; Lord's Cricket; Wimbledon Ballot; Silverstone Circuit;
  Celtic FC
7941 EU: FC Bayern Tickets; Real Madrid Entradas; Stade de France; Roland Garros; Ajax ArenA; Croke Park
7941 LOCAL: {place} Rovers FC season ticket; {place} Rugby Club match day; {place} Raceway; {place} Speedway
""",
    "GENERAL_MERCHANDISE": """
5311 store purchase: 12-320
5311 US: Target; Walmart Supercenter; Costco Wholesale; Macy's; Kohl's; Nordstrom; JCPenney; Dillard's; Sam's Club;
  Marshalls;
  TJ Maxx; Ross Dress for Less; Burlington; Bloomingdale's; Dollar Tree; Dollar General; Five Below; Big Lots
5311 GB: John Lewis; Marks & Spencer; Selfridges; Debenhams; TK Maxx; Argos; B&M Bargains; Wilko; Poundland; Harrods;
  Home Bargains;
  Fenwick; The Range; Harvey Nichols; Liberty London; Flannels
5311 EU: Galeries Lafayette; El Corte Ingles; Kaufhof Galeria; Printemps; HEMA; De Bijenkorf; Action; La Rinascente;
  Tedi; Arnotts
5311 CA: Hudson's Bay; Canadian Tire; Giant Tiger; Winners; Simons; Dollarama; Walmart Canada
5311 AU: Myer; David Jones; Kmart; Big W; Target Australia; The Reject Shop; Harris Scarfe
5964 online purchase: 8-260
5964 US: Amazon.com; Amazon Marketplace; eBay; Etsy; Wish; Wayfair Gifts; Shein; Temu; QVC; HSN; AliExpress; Poshmark;
  Mercari; Zappos
5964 GB: Amazon.co.uk; eBay UK; Vinted; ASOS; Very.co.uk; Boohoo; Depop; Notonthehighstreet; Temu; Littlewoods; OnBuy;
  Next Directory
5964 EU: Amazon EU Sarl; Zalando; Cdiscount; Otto Versand; Bol.com; Allegro; La Redoute; About You; Vinted; Leboncoin;
  Veepee
5964 CA: Amazon.ca; eBay Canada; Well.ca; SSENSE; Etsy Canada
5964 AU: Amazon AU; Catch.com.au; The Iconic; Kogan; eBay Australia; Temple & Webster Gifts
5651 store purchase: 15-240
5651 US: Gap; Old Navy; Nike; Adidas; American Eagle; H&M; Uniqlo; Lululemon; Levi's; Foot Locker; Zara; Patagonia;
  J.Crew; Hot Topic;
  Victoria's Secret; Carter's; DSW Shoes; Famous Footwear; Under Armour; Dick's Sporting Goods; REI
5651 GB: Primark; Next; H&M; Zara; River Island; New Look; JD Sports; Clarks; Superdry; Sports Direct; Matalan; White
  Stuff; FatFace;
  Schuh; Mountain Warehouse; Peacocks; Monsoon; Decathlon; Blacks
5651 EU: C&A; Decathlon; Kiabi; Mango; Bershka; Pull & Bear; Deichmann; Peek & Cloppenburg; Celio; Penneys; Etam;
  Intersport
5651 CA: Roots; Sport Chek; Mark's; Reitmans; Aritzia; La Senza; MEC
5651 AU: Cotton On; Rebel Sport; Country Road; Best & Less; Rivers; Kathmandu; Bonds
5651 LOCAL: {surname} Menswear; {place} Shoes; {surname} Bridal; {place} Vintage; Boutique {surname}; {place}
  Uniforms; {surname} Kidswear
5732 store purchase: 18-900
5732 US: Best Buy; Apple Store; Micro Center; GameStop; B&H Photo; Newegg; Dell Online; Samsung.com; Guitar Center;
  Bose
5732 GB: Currys; Apple Store Regent St; GAME; CEX; Scan Computers; Ebuyer; Richer Sounds; Maplin; Box.co.uk; Laptops
  Direct
5732 EU: MediaMarkt; Fnac; Saturn; Darty; Boulanger; Conrad Electronic; Coolblue; Euronics; Harvey Norman Ireland;
  LDLC
5732 CA: Best Buy Canada; The Source; Canada Computers; Visions Electronics
5732 AU: JB Hi-Fi; Officeworks; Harvey Norman; Scorptec; The Good Guys
5942 store purchase: 6-80
5942 US: Barnes & Noble; Half Price Books; Books-A-Million; Kindle Store; Powell's Books; ThriftBooks
5942 GB: Waterstones; Blackwell's; WHSmith; The Works; Foyles; Daunt Books; Oxfam Books
5942 EU: Thalia; Hugendubel; Gibert Joseph; Eason; Casa del Libro; Feltrinelli; Cultura
5942 CA: Indigo Books; Chapters; Coles Books; Renaud-Bray
5942 AU: Dymocks; Booktopia; QBD Books; Readings
5995 store purchase: 10-140
5995 US: PetSmart; Petco; Chewy.com; Pet Supplies Plus
5995 GB: Pets at Home; Jollyes; Zooplus; Pet Planet; Monster Pet Supplies
5995 EU: Fressnapf; Maxi Zoo; Tierisch; Kiwoko; Animalis
5995 CA: PetValu; Ren's Pets
5995 AU: Petbarn; PETstock; Pet Circle
5943 store purchase: 6-220
5943 US: Staples; Office Depot; OfficeMax; Michaels; Hobby Lobby; JOANN Fabrics; Party City; Uline; Quill
5943 GB: Ryman; Viking Direct; Hobbycraft; Paperchase; Card Factory; Clintons; Rymans Stationery; YPO Supplies
5943 EU: Bureau Vallee; McPaper; Lyreco; Staples Solutions; Vistaprint
5943 AU: Spotlight; Lincraft; Typo; Winc Australia
5947 store purchase: 10-150
5947 US: Hallmark; Things Remembered; Lego Store; Build-A-Bear; Toys R Us; Amazon Gift Card; Visa Gift Card; Kay
  Jewelers; Pandora Jewelry
5947 GB: Smyths Toys; The Entertainer; Lego Store; Moonpig; Funky Pigeon; Hamleys; Love2shop Gift Card; One4all Gift
  Card; Ernest Jones
5947 EU: JouéClub; Bijou Brigitte; Smyths Toys; Maisons du Monde Cadeaux; Christ Juweliere; Flying Tiger
5947 LOCAL: {place} Gifts; {surname} Jewellers; {place} Toys; {surname}'s Antiques; {place} Camera Shop; {place}
  Cycles; {surname} Florist;
  {place} Charity Shop; {place} Garden of Gifts; {place} Comics; {surname} Tackle Shop; {place} Music Store; {place}
  Aquatics
""",
    "HOME_IMPROVEMENT": """
5200 store purchase: 8-480
5200 US: The Home Depot; Lowe's; Menards; Ace Hardware; True Value; Harbor Freight Tools; 84 Lumber; Tractor Supply;
  Do it Best
5200 GB: B&Q; Screwfix; Wickes; Homebase; Toolstation; Travis Perkins; Jewson; Howdens Joinery; Robert Dyas; Selco;
  City Plumbing
5200 EU: Leroy Merlin; Castorama; Bauhaus; OBI; Hornbach; Brico Depot; Praxis; Gamma; Hagebau; Toom Baumarkt;
  Woodie's; Bricomarche
5200 CA: Home Hardware; RONA; Lowe's Canada; Kent Building Supplies; Home Depot Canada
5200 AU: Bunnings Warehouse; Mitre 10; Total Tools; Beacon Lighting; Reece Plumbing
5200 LOCAL: {surname} Hardware; {place} Builders Merchants; {surname} Timber; {place} Tile Centre; {surname}
  Ironmongers; {place} Lumber
5712 store purchase: 30-1900
5712 US: IKEA; Ashley Furniture; Wayfair; Pottery Barn; West Elm; Crate & Barrel; Rooms To Go; Mattress Firm;
  La-Z-Boy; HomeGoods;
  Bed Bath & Beyond; Restoration Hardware; Raymour & Flanigan; Casper Mattress; At Home
5712 GB: IKEA Ltd; DFS; Dunelm; Oak Furnitureland; Furniture Village; ScS Sofas; Dreams Beds; Loaf; Habitat; MADE.com;
  Harveys; Bensons for Beds
5712 EU: IKEA Deutschland; Conforama; BUT; XXXLutz; Maisons du Monde; Roche Bobois; Poco; Hoffner; Kwantum; Jysk
5712 CA: Leon's Furniture; The Brick; Structube; Sleep Country; IKEA Canada
5712 AU: Fantastic Furniture; Freedom Furniture; Amart Furniture; Nick Scali; Snooze; IKEA Australia
5712 LOCAL: {surname} Carpets; {place} Beds; {surname} Kitchens; {place} Blinds & Curtains; {surname} Upholstery;
  {place} Flooring
5231 store purchase: 12-260
5231 US: Sherwin-Williams; Benjamin Moore; Floor & Decor; The Tile Shop; LL Flooring
5231 GB: Dulux Decorator Centre; Brewers Decorator; Topps Tiles; Carpetright; Crown Decorating; Farrow & Ball
5231 AU: Dulux Trade; Carpet Court; Beaumont Tiles; Inspirations Paint
5261 store purchase: 9-180
5261 US: Armstrong Garden Centers; SiteOne Landscape; Pike Nurseries
5261 GB: Dobbies; Notcutts; Wyevale; Blue Diamond Garden Centre; Squire's Garden Centre; Crocus.co.uk
5261 EU: Jardiland; Truffaut; Dehner; Intratuin; Pflanzen Kolle
5261 LOCAL: {place} Nurseries; {surname} Landscaping; {place} Turf; {surname} Tree Surgeons; {surname} Fencing;
  {place} Paving
1711 other payment: 70-3200
1711 US: Roto-Rooter; ARS Rescue Rooter; One Hour Heating & Air; Mr. Rooter Plumbing; American Home Shield; ADT
  Security; Ring Protect;
  SimpliSafe; Vivint; Terminix; Orkin; TruGreen; Angi Services; Merry Maids; Stanley Steemer; Servpro
1711 GB: HomeServe; Pimlico Plumbers; Dyno-Rod; Verisure Alarms; Rentokil; Yale Smart Living; Safestyle Windows;
  Anglian Windows; Everest;
  Checkatrade Job; Boxt Boilers; Corgi HomePlan; Hive Active Heating
1711 EU: Verisure; Securitas Direct; MyHammer; HomeServe France; Velux; Engie Home Services; Rentokil Initial
1711 AU: Hire A Hubby; Jim's Mowing; Fantastic Services; Hipages; Chubb Security
1711 LOCAL: {surname} Plumbing & Heating; {surname} Electrical; {surname} Roofing; {place} Drains; {surname} Joinery;
  {place} Locksmiths;
  {surname} & Son Builders; {place} Gutter Cleaning; {surname} Decorators; {place} Window Cleaning; {surname}
  Plastering;
  {place} Pest Control; {place} Chimney Sweep; {surname} Scaffolding; {place} Double Glazing; {surname} Carpentry;
  {place} Alarms;
  {surname} Construction LLC; {place} HVAC; {surname} Handyman; {place} Garage Doors; {place} Pool Maintenance;
  {surname} Solar
""",
    "MEDICAL": """
5912 store purchase: 4-130
5912 US: CVS Pharmacy; Walgreens; Rite Aid; Express Scripts; PillPack; Duane Reade; Capsule Pharmacy; OptumRx; Costco
  Pharmacy
5912 GB: Boots Pharmacy; LloydsPharmacy; Superdrug Pharmacy; Well Pharmacy; Pharmacy2U; Rowlands Pharmacy; Day Lewis;
  NHS Prescription
5912 EU: DocMorris; Shop Apotheke; Pharmacie Lafayette; Farmacia Comunale; Benu Apotheek; Stadt Apotheke; Kruidvat
  Apotheek; LloydsPharmacy Ireland
5912 CA: Shoppers Drug Mart; Rexall; Jean Coutu; London Drugs; Pharmaprix
5912 AU: Chemist Warehouse; Priceline Pharmacy; Terry White Chemmart; Amcal; Discount Drug Stores
5912 LOCAL: {surname} Pharmacy; {place} Chemist; Pharmacie {place}; Apotheke {place}; Farmacia {surname}
8011 other payment: 25-650
8011 US: Kaiser Permanente; Cleveland Clinic; Mayo Clinic; One Medical; Quest Diagnostics; LabCorp; MinuteClinic;
  Concentra; Teladoc;
  HCA Healthcare; Sutter Health; Mass General Brigham; Planned Parenthood; BetterHelp; Talkspace; Banner Health;
  Ascension; CityMD
8011 GB: Bupa Health; Nuffield Health Hospital; Spire Healthcare; Babylon GP; Push Doctor; Randox Health; HCA London;
  Circle Health; Ramsay Health
8011 EU: Doctolib Consultation; Charite Berlin; Clinique Pasteur; Quironsalud; Helios Klinik; Vhi Clinic; Laboratoire
  Biogroup; Synlab
8011 CA: LifeLabs; Dynacare; Medcan; Maple Telehealth; Appletree Medical
8011 AU: Medibank Clinic; Healius; Sonic Pathology; Laverty Pathology; HotDoc; Epworth Hospital; I-MED Radiology
8011 LOCAL: {place} Family Practice; Dr {surname}; {place} Urgent Care; {surname} Dermatology; {place} Orthopaedics;
  {place} Physiotherapy;
  {surname} Chiropractic; {place} Pediatrics; {place} Medical Centre; {place} Radiology; {place} Fertility Clinic;
  {surname} Podiatry;
  {surname} Psychotherapy; {place} Hearing Centre; {place} Hospital; {place} Surgery Center; {surname} Osteopathy;
  {place} Sleep Clinic
8021 store payment: 30-900
8021 US: Aspen Dental; Western Dental; Smile Direct Club; Gentle Dental; Heartland Dental
8021 GB: mydentist; Bupa Dental Care; Portman Dental; Rodericks Dental; Dentix
8021 AU: Pacific Smiles; National Dental Care; Maven Dental
8021 LOCAL: {place} Dental; {surname} Dentistry; {surname} Orthodontics; {place} Endodontics; Smile Studio {place}; Dr
  {surname} DDS;
  Zahnarzt Dr {surname}; Cabinet Dentaire {surname}; {place} Denture Clinic
8043 store purchase: 25-420
8043 US: LensCrafters; Warby Parker; America's Best Contacts; Pearle Vision; Visionworks; 1-800 Contacts; Zenni
  Optical
8043 GB: Specsavers; Vision Express; Boots Opticians; Optical Express; Glasses Direct; Scrivens; David Clulow
8043 EU: Fielmann; Apollo Optik; Optic 2000; Alain Afflelou; Krys; Hans Anders; Pearle Opticiens; GrandOptical
8043 AU: OPSM; Specsavers AU; Bailey Nelson; Oscar Wylee
8043 LOCAL: {surname} Opticians; {place} Eye Care; {surname} Optometry; {place} Eye Clinic
0742 store payment: 35-700
0742 US: VCA Animal Hospital; Banfield Pet Hospital; BluePearl Vet; Petco Vetco
0742 GB: Vets4Pets; Medivet; PDSA; CVS Vets; Companion Care Vets; Vets Now
0742 AU: Greencross Vets; Animal Emergency Centre; Vets on Call
0742 LOCAL: {place} Veterinary Clinic; {surname} Vets; {place} Animal Hospital; {surname} Equine Vets; Tierarzt
  {surname}; Clinique Veterinaire {place}
""",
    "PERSONAL_CARE": """
7230 store purchase: 12-190
7230 US: Great Clips; Supercuts; Sport Clips; Fantastic Sams; Drybar; Ulta Salon; Regis Salon; Floyd's 99 Barbershop;
  European Wax Center;
  Sally Beauty; Madison Reed; Massage Envy; Hand & Stone; Amazing Lash Studio; Sola Salons
7230 GB: Toni & Guy; Rush Hair; Regis UK; Headmasters; Saks Hair; Supercuts UK; Treatwell; The Body Shop; Champneys;
  sk:n Clinics; Laser Clinics UK
7230 EU: Jean Louis David; Franck Provost; Dessange; Klier Frisor; Jacques Dessange; Yves Rocher Institut; Rituals;
  Peter Mark; Dessange Spa
7230 CA: First Choice Haircutters; Chatters Salon; Topcuts; Magicuts
7230 AU: Just Cuts; Endota Spa; Laser Clinics Australia; Hairhouse; Ella Bache; Stefan Hair
7230 LOCAL: {surname} Barbers; {place} Hair Studio; {place} Nails; {surname}'s Salon; Curl Up & Dye {place}; {place}
  Beauty Rooms;
  Headlines {place}; {place} Tanning; {surname} Aesthetics; {place} Brows & Lashes; Turkish Barber {place}; Salon
  {surname};
  {place} Day Spa; {place} Massage Therapy; {place} Tattoo Studio; {place} Waxing; Coiffure {surname}; Friseur
  {surname}; {place} Sauna;
  {place} Float Tank; {place} Mobile Hairdresser; {surname} Electrolysis; {place} Grooming Lounge
7997 other debit: 10-110
7997 US: Planet Fitness; LA Fitness; Equinox; 24 Hour Fitness; Orangetheory; CrossFit; Crunch Fitness; Anytime
  Fitness; YMCA Membership; SoulCycle;
  Gold's Gym; Life Time Fitness; ClassPass; Peloton Membership; Pure Barre; CorePower Yoga; F45 Training; Barry's
  Bootcamp
7997 GB: PureGym; The Gym Group; David Lloyd Leisure; Virgin Active; Nuffield Health Gym; Fitness First; JD Gyms;
  Better Gym GLL; Bannatyne;
  Everlast Gyms; Places Leisure; Gymshark Lifting Club
7997 EU: Basic-Fit; McFit; Fitness Park; Holmes Place; FitX; Urban Sports Club; John Reed; Westwood Club; SATS;
  Neoness
7997 CA: GoodLife Fitness; Fit4Less; World Gym; Steve Nash Fitness
7997 AU: Fitness First AU; Goodlife Health Clubs; Jetts; Snap Fitness; Plus Fitness; F45 Sydney
7997 LOCAL: {place} Yoga; {place} Pilates; {surname} Personal Training; {place} Boxing Gym; {place} Leisure Centre;
  {place} CrossFit; {place} Barre
7210 store purchase: 5-75
7210 US: Martinizing Dry Cleaning; Rinse Laundry; CD One Price Cleaners; Tide Cleaners; Zips Cleaners; WashLava
7210 GB: Timpson Dry Cleaning; Johnson Cleaners; Laundryheap; Washmen; Revolution Laundry
7210 EU: 5 a Sec; Pressing Express; Jeff Laundry; Waschsalon Eco-Express
7210 LOCAL: {place} Laundrette; {place} Dry Cleaners; Coin Laundry {place}; {surname} Launderers; Wash & Fold {place};
  {place} Laundromat; {surname} Ironing Service
""",
    "GENERAL_SERVICES": """
8931 online payment: 40-900
8931 US: H&R Block; TurboTax; Jackson Hewitt; QuickBooks Payroll; Liberty Tax Service; Gusto; Bench Accounting;
  LegalZoom
8931 GB: TaxAssist; Xero UK; Crunch Accounting; FreeAgent; Sage UK; Grant Thornton; Deloitte LLP; Moore Kingston Smith
8931 EU: DATEV eG; Lexware; Fiducial; In Extenso; KPMG; Steuerring
8931 AU: H&R Block AU; MYOB; ITP Income Tax; Etax
8931 LOCAL: {surname} & Co Accountants; {surname} Bookkeeping; {surname} CPA; {place} Tax Advisers; {surname}
  Steuerberater
8111 other payment: 120-4800
8111 GB: Irwin Mitchell; Slater & Gordon; Premier Property Lawyers; Co-op Legal Services
8111 US: Rocket Lawyer; Morgan & Morgan; Jacoby & Meyers
8111 LOCAL: {surname} & {surname} Solicitors; {surname} Law Firm; {surname} LLP; {place} Notary; Law Offices of
  {surname}; {surname} Conveyancing;
  Notaire {surname}; {surname} Immigration Law; {surname} Mediation; {surname} Patent Attorneys
6300 other debit: 18-480
6300 US: State Farm; GEICO; Progressive; Allstate; Liberty Mutual; USAA Insurance; Farmers Insurance; MetLife;
  Lemonade; Nationwide Insurance; Aflac
6300 GB: Aviva; Direct Line; Admiral Insurance; AXA UK; LV= Insurance; Churchill; More Than; Hastings Direct; Legal &
  General; Petplan; RAC; The AA; Zurich
6300 EU: Allianz; AXA France; MAIF; Generali; HUK-Coburg; Macif; Ergo; Groupama; Laya; Mapfre; Signal Iduna; Matmut
6300 CA: Intact Insurance; Desjardins Assurance; Co-operators; ICBC; Belairdirect; Sun Life
6300 AU: NRMA Insurance; AAMI; Budget Direct; Youi; QBE; RACV; Suncorp Insurance
8220 online payment: 25-9500
8220 US: Coursera; Udemy; Arizona State University; Community College District; Kaplan Test Prep; Sylvan Learning;
  Duolingo; UCLA Tuition; Kumon; Chegg
8220 GB: Open University; University of Leeds; King's College London; Kumon UK; Skillshare; City & Guilds; BSM Driving
  School; AA Driving School; Pitman Training
8220 EU: Universitat Wien; EF Education; Berlitz; Goethe Institut; Alliance Francaise; Studierendenwerk;
  OpenClassrooms; Trinity College Dublin
8220 AU: TAFE NSW; Monash University; UNSW Fees; Open Colleges
8220 LOCAL: {place} Driving School; {surname} Tutoring; {place} Music School; {place} Montessori School; {place}
  Grammar School Fees; {place} Language School;
  {surname} Piano Lessons; {place} Dance Academy; {place} Swim School; {place} College; {surname} Maths Tuition;
  {place} Coding Bootcamp
8351 other debit: 60-1600
8351 US: KinderCare; Bright Horizons; Care.com; La Petite Academy; Primrose Schools; Goddard School
8351 GB: Busy Bees Nursery; Bright Horizons UK; Tax-Free Childcare Provider; Kids Planet; Koru Kids; Super Camps
8351 AU: Goodstart Early Learning; G8 Education; Guardian Childcare
8351 LOCAL: Little Acorns {place}; {place} Day Nursery; {surname} Childminding; {place} After School Club; Tiny Tots
  {place}; Creche {place}; Kita {place}
7538 store payment: 35-1400
7538 US: Jiffy Lube; Midas; Pep Boys; Firestone Complete Auto Care; Meineke; Valvoline Instant Oil; Discount Tire;
  AAMCO; Safelite AutoGlass; Les Schwab
7538 GB: Kwik Fit; Halfords Autocentre; ATS Euromaster; National Tyres; Autoglass; Mr Clutch; Formula One Autocentres;
  F1 MOT
7538 EU: Norauto; Midas France; ATU Auto; Speedy; Euromaster; Feu Vert; Carglass; Advance Pitstop
7538 CA: Mr. Lube; Kal Tire; Fountain Tire; OK Tire
7538 AU: Ultra Tune; Bob Jane T-Marts; mycar; Kmart Tyre & Auto; Bridgestone Select
7538 LOCAL: {surname} Motors; {place} MOT Centre; {surname}'s Garage; {place} Auto Repair; {place} Body Shop; {place}
  Tyres; {surname} Transmission; {place} Car Wash & Valeting
9402 store purchase: 3-90
9402 US: USPS; UPS Store; FedEx Office; Stamps.com; Public Storage; Extra Space Storage; CubeSmart; U-Haul Storage;
  DHL Express; Pitney Bowes
9402 GB: Post Office Counter; Royal Mail; Evri; Parcelforce; DPD; Big Yellow Self Storage; Safestore; InPost;
  Shurgard; DHL Parcel UK
9402 EU: La Poste; Deutsche Post; PostNL; Correos; An Post; Mondial Relay; DHL Paket; Hermes; Chronopost; Bpost
9402 CA: Canada Post; Purolator; Access Storage; Canpar
9402 AU: Australia Post; StarTrack; Sendle; National Storage; Kennards Self Storage
9402 LOCAL: {place} Self Storage; {surname} Removals; {place} Couriers; {place} Print & Copy
7392 online payment: 30-3800
7392 US: Upwork; Fiverr; Indeed Hire; LinkedIn Premium; Mailchimp; Zoom Video; Adobe Creative Cloud; Google Workspace;
  Slack; GoDaddy; AWS Web Services; Dropbox;
  Microsoft 365; Squarespace; Norton LifeLock; OpenAI ChatGPT; Canva; Shopify Subscription; NYT Subscription; Indeed
7392 GB: Fasthosts; Companies Made Simple; Reed Recruitment; Adecco UK; Hays Specialist; Yell Advertising; 123 Reg;
  Capita Business Services; G4S; Rightmove Agent
7392 EU: OVHcloud; Hetzner Online; Malt Freelance; Randstad; Adobe Systems Ireland; Google Ireland; Ionos; Manpower;
  Sodexo Services; Capgemini
7392 AU: Airtasker; Hudson Recruitment; Seek Limited; VentraIP
7392 LOCAL: {surname} Consulting; {surname} Design Studio; {surname} Photography; {place} Security Guards; {surname}
  Translations; {place} Recruitment;
  {surname} Funeral Directors; {place} Dog Walking; {surname} Architects; {place} Web Design; {surname} Surveyors;
  {place} Event Planning; {surname} Marketing Agency;
  {place} IT Support; {surname} Training Ltd; {place} Waste Consultancy; {surname} Engineering Consultants; {place}
  Kennels & Cattery
""",
    "GOVERNMENT_AND_NON_PROFIT": """
9311 online payment: 40-6500
9311 US: IRS USATAXPYMT; Franchise Tax Board; NYS Tax Department; Property Tax Collector; Comptroller of Maryland;
  City Treasurer; Illinois Dept of Revenue;
  County Treasurer; EFTPS Tax Payment; Florida Dept of Revenue
9311 GB: HMRC Self Assessment; HMRC VAT; HMRC PAYE; HMRC Corporation Tax; Council Tax {place}; DVLA Vehicle Tax;
  Business Rates {place} Council; HMRC Shipley
9311 EU: DGFIP Impots; Finanzamt {place}; Agenzia delle Entrate F24; Agencia Tributaria; Belastingdienst; Revenue
  Commissioners; SPF Finances; Urssaf
9311 CA: CRA Tax Instalment; Revenu Quebec; City of {place} Property Tax; CRA GST/HST
9311 AU: ATO BPAY; State Revenue Office; {place} City Council Rates; Revenue NSW
9399 online payment: 8-420
9399 US: DMV Registration; US Passport Services; USCIS Filing Fee; County Clerk; Secretary of State; City Permit
  Office; TSA PreCheck; State Park Permit; FCC License
9399 GB: HM Passport Office; DVLA Licence Renewal; Companies House; Land Registry; GOV.UK Pay; Home Office Visa Fee;
  TV Licensing; General Register Office; DBS Check
9399 EU: Prefecture Timbre Fiscal; Burgeramt {place}; Ayuntamiento de {place}; Gemeente {place}; Comune di {place};
  NCT Ireland; Passport Office Dublin; RTE TV Licence
9399 CA: ServiceOntario; Service Canada Passport; IRCC Application Fee; SAAQ
9399 AU: Service NSW; VicRoads Registration; Australian Passport Office; Department of Home Affairs; ASIC Annual Fee
9399 LOCAL: {place} Borough Council; City of {place}; {place} County Court; {place} Planning Department; {place}
  Registry Office; {place} Licensing Authority
9222 online payment: 25-310
9222 US: NYC Parking Violations; City of {place} Parking Citation; {place} Municipal Court; Traffic Court Fine; LA
  Parking Violations Bureau
9222 GB: HMCTS Fine; Penalty Charge Notice {place}; DVSA Fixed Penalty; London Borough PCN; Fixed Penalty Office; TfL
  PCN Charge
9222 EU: Amendes.gouv.fr; Bussgeldstelle {place}; Dgt Multa; CJIB Boete; Fixed Charge Notice
9222 AU: Fines Victoria; Revenue NSW Penalty; SPER Queensland
8398 online payment: 5-260
8398 US: American Red Cross; St. Jude; UNICEF USA; Salvation Army; Habitat for Humanity; ASPCA; United Way; GoFundMe;
  Wikimedia Foundation; ActBlue; Goodwill Donation;
  Doctors Without Borders; World Wildlife Fund; Feeding America; NPR Donation; Sierra Club; ACLU
8398 GB: Oxfam; Cancer Research UK; British Heart Foundation; RNLI; RSPCA; Save the Children; Macmillan; Shelter;
  JustGiving; Comic Relief; NSPCC; Salvation Army; Crisis; WaterAid
8398 EU: Croix-Rouge; Medecins Sans Frontieres; Caritas; Brot fur die Welt; Greenpeace; Trocaire; Secours Populaire;
  Telethon; Aktion Mensch; Restos du Coeur
8398 CA: Heart & Stroke; SickKids Foundation; CanadaHelps; Terry Fox Foundation
8398 AU: Beyond Blue; Fred Hollows Foundation; RSPCA Australia; Salvos; Smith Family; Cancer Council
8398 LOCAL: {place} Food Bank; St {saint} Church; {place} Mosque; {place} Synagogue; {place} Animal Shelter; {place}
  Hospice; {place} Scouts; {place} PTA; {place} Air Ambulance;
  Friends of {place} Library; {place} Volunteer Fire Dept; {place} Temple; {place} Community Trust; {place} Refugee
  Fund; {place} Rotary Club
""",
    "TRANSPORTATION": """
5541 store purchase: 12-120
5541 US: Shell Oil; Exxon Mobil; Chevron; BP Gas; Speedway; Circle K Fuel; QuikTrip; Sunoco; Marathon Petro; Valero;
  Costco Gas; Buc-ee's; Pilot Travel Center; Love's;
  Arco; Phillips 66; Citgo; Sheetz Gas; Conoco
5541 GB: Shell Service Station; BP Connect; Esso; Texaco; Tesco Petrol; Sainsburys Petrol; Asda Petrol; Jet Petrol;
  Gulf; Applegreen; Moto Services Fuel; MFG Fuel
5541 EU: TotalEnergies; Aral; Repsol; Cepsa; Q8; Eni Station; OMV; Shell Tankstelle; Jet Tankstelle; Circle K Ireland;
  Avia; Esso Express; Tango
5541 CA: Petro-Canada; Esso Canada; Ultramar; Husky; Shell Canada; Irving Oil
5541 AU: Ampol; Caltex; BP Australia; United Petroleum; 7-Eleven Fuel; Coles Express Fuel; Liberty Fuel
5541 LOCAL: {place} Filling Station; {surname} Service Station; {place} Truck Stop; {place} Gas & Go
5552 online purchase: 4-60
5552 US: Tesla Supercharger; ChargePoint; EVgo; Electrify America; Blink Charging
5552 GB: Pod Point; InstaVolt; BP Pulse; Gridserve; Osprey Charging; Ubitricity
5552 EU: Ionity; Fastned; EnBW mobility; Allego; Izivia; Electra
7523 online purchase: 2-48
7523 US: ParkMobile; SpotHero; LAZ Parking; SP+ Parking; PayByPhone; Passport Parking; ABM Parking; ParkWhiz; Airport
  Parking {place}
7523 GB: RingGo; NCP Car Park; PayByPhone Parking; JustPark; Q-Park; APCOA; Euro Car Parks; Horizon Parking; MiPermit;
  Indigo Parking
7523 EU: EasyPark; Indigo Parc; Saemes; Contipark; Flowbird; Interparking; Parkmobile Benelux; Saba Parking
7523 AU: Secure Parking; Wilson Parking; CellOPark; Care Park
7523 LOCAL: {place} City Parking; {place} Multi Storey Car Park; {place} Hospital Parking; {place} Station Car Park
4784 online purchase: 2-60
4784 US: E-ZPass; FasTrak; SunPass; TxTag; I-Pass Illinois Tollway; Peach Pass; NTTA; Golden Gate Bridge Toll
4784 GB: Dart Charge; M6 Toll; TfL Congestion Charge; Mersey Gateway; Tyne Tunnel; ULEZ Charge; Humber Bridge
4784 EU: Vinci Autoroutes; APRR; Telepass; Sanef; Asfinag Vignette; eFlow M50; Bip&Go; Autostrade per l'Italia
4784 AU: Linkt; E-Toll; CityLink; EastLink
4121 online purchase: 5-75
4121 US: Uber Trip; Lyft Ride; NYC Taxi; Curb Mobility; Via Ride; Yellow Cab
4121 GB: Uber; Bolt; Addison Lee; Free Now; Gett; TfL Taxi; Ola Cabs
4121 EU: Bolt.eu; Free Now; Cabify; G7 Taxi; Heetch; Uber BV; Taxi Berlin
4121 AU: 13cabs; DiDi; Ola; Silver Service; Uber Australia
4121 LOCAL: {place} Cabs; {place} Taxis; {surname} Private Hire; A1 Minicabs {place}; {place} Airport Transfers
4111 store purchase: 2-130
4111 US: MTA MetroCard; BART; CTA Ventra; WMATA; Amtrak; Greyhound; LA Metro TAP; Caltrain; SEPTA; NJ Transit;
  Metrolink; MBTA; Megabus; FlixBus US; Citi Bike; Lime Scooter; Bird Rides
4111 GB: TfL Travel Charge; Trainline; LNER; Avanti West Coast; GWR; National Express; Stagecoach; Arriva Bus; First
  Bus; ScotRail; Southern Railway; Oyster Top Up; Santander Cycles;
  Northern Trains; Lothian Buses; Megabus; Northern Rail; Greater Anglia; Merseyrail
4111 EU: SNCF; Deutsche Bahn; RATP Navigo; BVG Berlin; Trenitalia; Renfe; NS Reizigers; Irish Rail; Leap Card; Velib;
  FlixBus; OBB; Eurostar; SBB; Tier Scooter; Italo; Dublin Bus; Voi; Bus Eireann; MVG Munchen
4111 CA: Presto; TTC; STM Opus; TransLink Compass; VIA Rail; GO Transit; BIXI; OC Transpo
4111 AU: Opal Travel; Myki; Translink go card; V/Line; Transperth; Neuron Scooters; Metro Tasmania
4111 LOCAL: {place} Buses; {place} Ferry; {place} Tram; {place} Bike Share; {place} Park & Ride; {place} Transit
""",
    "TRAVEL": """
4511 online purchase: 45-1500
4511 US: Delta Air Lines; United Airlines; American Airlines; Southwest Airlines; JetBlue; Alaska Airlines; Spirit
  Airlines; Frontier Airlines; Hawaiian Airlines; Allegiant Air
4511 GB: British Airways; easyJet; Jet2; Virgin Atlantic; TUI Airways; Loganair; Wizz Air UK; Flybe
4511 EU: Ryanair; Lufthansa; Air France; KLM; Iberia; Vueling; Aer Lingus; ITA Airways; Eurowings; Transavia; SAS; TAP
  Portugal; Swiss; Wizz Air; Norwegian; Finnair; Brussels Airlines
4511 CA: Air Canada; WestJet; Porter Airlines; Air Transat; Flair Airlines; Sunwing
4511 AU: Qantas; Jetstar; Virgin Australia; Rex Airlines; Air New Zealand; Singapore Airlines; Emirates
7011 online purchase: 60-950
7011 US: Marriott; Hilton; Hyatt; Holiday Inn; Best Western; Airbnb; Motel 6; La Quinta; Hampton Inn; Vrbo; Comfort
  Inn; Four Seasons; Sheraton; Westin; Days Inn; Extended Stay America; Embassy Suites
7011 GB: Premier Inn; Travelodge; Airbnb UK; Holiday Inn Express; YHA; Britannia Hotels; Sykes Cottages; Center Parcs;
  Butlins; Haven Holidays; Malmaison; Ibis London
7011 EU: Accor; Ibis; Novotel; B&B Hotels; Motel One; NH Hoteles; Melia; Mercure; Airbnb Ireland; Gites de France;
  Center Parcs; Pierre & Vacances; Steigenberger; Scandic
7011 CA: Fairmont; Delta Hotels; Sandman Hotel; Super 8 Canada; Chateau Frontenac
7011 AU: Quest Apartments; Rydges; Mantra; Crown Towers; YHA Australia; Big4 Holiday Park; Accor AU
7011 LOCAL: Hotel {place}; The {place} Inn; {place} Guest House; {surname} B&B; Pension {surname}; {place} Lodge;
  {place} Backpackers; {place} Caravan Park; Hostal {place};
  Grand Hotel {place}; {place} Beach Resort; Casa Rural {place}; {place} Campsite; Villa {surname}
7512 online purchase: 50-620
7512 US: Hertz; Enterprise Rent-A-Car; Avis; Budget Rent a Car; Turo; National Car Rental; Alamo; Dollar Rent A Car;
  Thrifty; U-Haul Truck Rental
7512 GB: Europcar UK; Enterprise UK; Sixt UK; Green Motion; Zipcar; Arnold Clark Hire; Hertz UK; Practical Car Hire
7512 EU: Sixt; Europcar; Goldcar; Rentalcars.com; Ada Location; Buchbinder; Record Go; Avis Budget; Getaround
7512 AU: Thrifty AU; Redspot; East Coast Car Rentals; Jucy; Britz Campervans; Apollo Motorhomes
4411 online purchase: 180-3400
4411 US: Carnival Cruise; Royal Caribbean; Norwegian Cruise Line; Princess Cruises; Celebrity Cruises; Disney Cruise;
  Viking River Cruises
4411 GB: P&O Cruises; Cunard; Fred Olsen Cruises; Saga Cruises; Marella Cruises
4411 EU: MSC Crociere; Costa Crociere; AIDA Cruises; TUI Mein Schiff; Hurtigruten; Brittany Ferries cruise
4722 online purchase: 70-2900
4722 US: Expedia; Booking.com; Priceline; Kayak; Orbitz; Hotels.com; Travelocity; AAA Travel; Costco Travel; Viator;
  GetYourGuide
4722 GB: TUI Holidays; Jet2holidays; Lastminute.com; Loveholidays; On the Beach; Trailfinders; Thomas Cook; Hays
  Travel; Booking.com; Kuoni; STA Travel; Saga Holidays
4722 EU: Booking.com BV; Opodo; eDreams; Club Med; Check24 Reisen; Logitravel; FTI Touristik; Fram Voyages; Agoda;
  Nouvelles Frontieres; HomeToGo
4722 CA: Flight Centre; RedTag Vacations; Sunwing Vacations; Transat
4722 AU: Flight Centre AU; Webjet; Helloworld; Wotif; Luxury Escapes; Contiki
4722 LOCAL: {surname} Travel; {place} Tours; {place} Safari Co; {place} Ski School & Chalets; {place} Dive Trips;
  {surname} Pilgrimage Tours; {place} Boat Charter
""",
    "RENT_AND_UTILITIES": """
4900 other debit: 22-340
4900 US: Con Edison; PG&E; Duke Energy; Southern California Edison; Florida Power & Light; National Grid; Xcel Energy;
  Dominion Energy; ComEd; Reliant Energy; TXU Energy; Waste Management;
  Republic Services; American Water; Spire Gas; City Water Utility; SoCalGas; PSE&G; Georgia Power; Entergy; Austin
  Energy; LADWP
4900 GB: British Gas; EDF Energy; E.ON Next; Octopus Energy; ScottishPower; OVO Energy; Thames Water; Severn Trent
  Water; SSE Energy; Utilita; Bulb Energy; Anglian Water; United Utilities;
  Yorkshire Water; Wessex Water; Shell Energy; Southern Water; South East Water; Calor Gas; Biffa Waste
4900 EU: Engie; EDF; Veolia Eau; E.ON Energie; Vattenfall; Stadtwerke {place}; Enel Energia; Iberdrola; Endesa;
  Naturgy; Eneco; Essent; RWE; Suez Eau; Electric Ireland; Bord Gais; EnBW; Hera; Panda Waste; SSE Airtricity
4900 CA: Hydro One; BC Hydro; Enbridge Gas; Hydro-Quebec; Toronto Hydro; FortisBC; EPCOR; Enmax; SaskPower
4900 AU: AGL Energy; Origin Energy; EnergyAustralia; Sydney Water; Red Energy; Yarra Valley Water; Alinta Energy;
  Ausgrid; Jemena; Cleanaway
4900 LOCAL: {place} Water District; {place} Electric Coop; {place} Gas Works; {place} Sanitation; {place} Heating Oil;
  {surname} Propane; {place} Skip Hire & Waste
4814 other debit: 8-190
4814 US: Verizon Wireless; AT&T; T-Mobile; Comcast Xfinity; Spectrum; Cox Communications; Mint Mobile; Google Fi;
  DirecTV; Frontier Communications; CenturyLink; Optimum; Cricket Wireless; Dish Network;
  US Cellular; Starlink Internet; Metro by T-Mobile; Boost Mobile
4814 GB: BT Group; EE Limited; Vodafone; O2; Three UK; Sky Digital; Virgin Media; TalkTalk; Giffgaff; Plusnet; Tesco
  Mobile; Hyperoptic; Voxi; Lebara; Smarty; iD Mobile; Zen Internet
4814 EU: Orange; SFR; Bouygues Telecom; Free Mobile; Deutsche Telekom; Vodafone GmbH; O2 Germany; Telefonica Movistar;
  TIM; KPN; Ziggo; Eir; WindTre; Proximus; Swisscom; 1&1 Telecom; Fastweb; Iliad; Virgin Media Ireland
4814 CA: Rogers; Bell Canada; Telus; Fido; Shaw; Videotron; Freedom Mobile; Koodo; Virgin Plus
4814 AU: Telstra; Optus; TPG Internet; Aussie Broadband; iiNet; Belong; Boost Mobile AU; amaysim
6513 other standing: 550-3200
6513 US: Greystar Rent; AvalonBay Communities; Equity Residential; RentCafe; Zillow Rental Manager; Camden Property;
  Avail Rent; Invitation Homes; Essex Apartments
6513 GB: Foxtons Lettings; OpenRent; Savills Lettings; L&Q Housing; Peabody Trust; Clarion Housing; Leaders Ltd;
  Countrywide Lettings; Grainger plc; Unite Students; Goodlord
6513 EU: Vonovia; Deutsche Wohnen; Foncia; Nexity; Loyer CDC Habitat; Immo de France; Orpi Gestion; Gewobag
6513 AU: Ray White Rentals; LJ Hooker Rent; McGrath Property Mgmt; DEFT Rent; Barry Plant
6513 LOCAL: {place} Apartments; {surname} Property Management; {place} Lettings; {surname} Estates; {place} Housing
  Association; {surname} Realty Rent; {place} Student Housing;
  {place} Court Residents Management; Hausverwaltung {surname}; {place} Mobile Home Park; {place} Co-living
""",
}
