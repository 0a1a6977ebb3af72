"""Roads, places and phrases for traffic events: what happened, in what words, with what effect on traffic."""

ROADS = """
US: I-{n1}; I-{n2}; US {n2}; US-{n3}; SR {n3}; SR-{n2}; State Route {n3}; Hwy {n2}; Route {n2}; CR {n3}; {street} St;
  {street} Ave; {street} Blvd; {street} Parkway; Interstate {n1}; FM {n4}; Loop {n3}; {street} Bridge; {street}
  Tunnel; the {street} Expressway; Turnpike
GB: M{n1}; M{n2}; A{n1}; A{n2}; A{n3}; A{n4}; B{n4}; A1(M); A{n2}(M); {street} Road; {street} Lane; {street} High
  Street; {street} Roundabout; {street} Tunnel; {street} Bridge; {street} Way
CA: Highway {n1}; Hwy {n2}; QEW; Highway 401; Trans-Canada Highway; {street} Trail; {street} Drive; {street} Rd; Route
  {n3}; Autoroute {n2}; BC-{n2}; {street} Bridge; Coquihalla Highway; Yellowhead Highway
AU: M{n1} Motorway; {street} Highway; {street} Freeway; {street} Rd; A{n1}; B{n2}; {street} St; {street} Bridge;
  Pacific Motorway; Bruce Highway; Hume Freeway; {street} Tunnel; {street} Parade
IE: M{n1}; N{n2}; R{n3}; M50; N{n1}; {street} Street; {street} Road; {street} Quay; L{n4}; {street} Roundabout; Port
  Tunnel
"""
STREETS = [
    "Main",
    "Oak",
    "Elm",
    "Mill",
    "Church",
    "Park",
    "Station",
    "Lake",
    "River",
    "King",
    "Queen",
    "Victoria",
    "Albert",
    "George",
    "Washington",
    "Lincoln",
    "Jackson",
    "Cedar",
    "Pine",
    "Maple",
    "Hill",
    "Bridge",
    "Market",
    "Canal",
    "Harbour",
    "Forest",
    "Spring",
    "Valley",
    "Union",
    "Commerce",
    "Broad",
    "College",
    "Castle",
    "Abbey",
    "Priory",
    "Orchard",
    "Mercer",
    "Rainier",
    "Harrison",
    "Wellington",
    "Nelson",
    "Trafalgar",
    "Denman",
    "Granville",
    "Finch",
    "Keele",
    "Bayview",
    "Dundas",
    "Pitt",
    "Elizabeth",
    "Collins",
    "Flinders",
    "Parnell",
    "Kildare",
    "Grafton",
    "Patrick",
]
TOWNS = [
    "Ashford",
    "Milton",
    "Kingsway",
    "Riverside",
    "Fairview",
    "Greenville",
    "Brookfield",
    "Lakewood",
    "Cedarville",
    "Newton",
    "Northgate",
    "Southport",
    "Eastleigh",
    "Weston",
    "Hope",
    "Merritt",
    "Golden",
    "Banff",
    "Elko",
    "Barstow",
    "Needles",
    "Flagstaff",
    "Yakima",
    "Ellensburg",
    "Kelso",
    "Snoqualmie",
    "Tebay",
    "Shap",
    "Carlisle",
    "Keswick",
    "Buxton",
    "Mold",
    "Bangor",
    "Crieff",
    "Perth",
    "Aviemore",
    "Wick",
    "Athlone",
    "Naas",
    "Portlaoise",
    "Ennis",
    "Tralee",
    "Sligo",
    "Yass",
    "Goulburn",
    "Gympie",
    "Ballina",
    "Mildura",
    "Bairnsdale",
    "Chilliwack",
    "Kenora",
    "Wawa",
    "Barrie",
    "Bolton",
    "Luton",
    "Redding",
    "Eureka",
]

PLACES = """
US: at milepost {mp}; near MP {mp}; at exit {ex}; between exit {ex} and exit {ex2}; near {street} St; at {street} Ave;
  west of {town}; north of {town}; in {town}; from {town} to {ex} miles east; at the {street} interchange; near the
  county line; over {town} Pass; on the ramp to {road2}; in the vicinity of {town}; at mile marker {mp}; past {street}
  Rd; between {street} and {street2}
GB: between J{ex} and J{ex2}; at J{ex}; near {town}; at {street} Roundabout; outside {town}; between {town} and
  {street} Lane; at the junction with the {road2}; near the {street} Arms; on the exit slip at J{ex}; by the services;
  close to {town}; at {street} lights
CA: near {town}; at Exit {ex}; between {town} and Exit {ex}; {ex} km west of {town}; at {street} Rd; west of {street}
  Ave; at {town} summit; past the {street} overpass; near {street} Interchange
AU: at {town}; near {street} St; at the {street} Rd exit; {ex} km south of {town}; between {town} and {street} Rd; at
  {street} Rd interchange; on the {town} bypass
IE: between J{ex} and J{ex2}; at J{ex} {town}; near {town}; at the {street} roundabout; on the {town} side; at
  {street} Cross; approaching {town}
"""
DIRECTIONS = """
US: northbound; southbound; eastbound; westbound; NB; SB; EB; WB; in both directions; both directions
GB: northbound; southbound; eastbound; westbound; clockwise; anti-clockwise; both ways; in both directions; towards
  {town}
CA: northbound; southbound; eastbound; westbound; in both directions; EB; WB; collectors; express lanes
AU: northbound; southbound; inbound; outbound; citybound; both directions; towards {town}
IE: northbound; southbound; inbound; outbound; both directions; towards {town}
"""

# What happened, by type. Nothing here but the words of a cause; the impact comes from its own table.
CAUSES = """
CONSTRUCTION: road works; roadworks; construction work; paving; resurfacing; night-time resurfacing; pavement repair;
  bridge maintenance; bridge deck replacement; utility work; water main replacement; gas main works; sewer repairs;
  emergency roadworks; emergency water main repair; emergency bridge repair; line painting; striping; lane marking
  refresh; barrier repair; guardrail replacement;
  crack sealing; chip seal; gritting depot works; tree trimming by road crew; vegetation removal; mowing operations;
  drainage works; culvert replacement; widening project; new roundabout construction; signal installation; traffic
  light upgrade works; fibre cable laying; overhead gantry installation; expansion joint replacement; tunnel
  maintenance; tunnel cleaning; sweeping operation;
  pothole patching crew at work; rock scaling by contractor; slope stabilisation works; rolling road block for line
  works; utility pole replacement; kerb works; footpath renewal; central reservation works; smart motorway upgrade;
  rail crossing track works; level crossing maintenance; crane lift for bridge beams; demolition of the overbridge;
  survey work in lane; planned closure for maintenance; contraflow for works;
  street lighting repair; sign replacement; asphalt milling; concrete pour; works on the carriageway; ESB works; Irish
  Water works; NBN installation works; flagging operation; mobile maintenance operation; ditching; bridge inspection
  with snooper truck; toll gantry works; seismic retrofit; repaving after flood damage; permanent repair of the
  washed-out section, crews on site; sinkhole repair under way;
  works postponed due to rain; resurfacing delayed by cold weather, new dates; works suspended for the holiday;
  painting cancelled tonight because of wet road; roadwork finished early, cones being removed; preparatory works for
  next month's closure; blasting by contractor; geotechnical drilling; noise wall construction; installation of snow
  fence by crew; winter damage repairs
SPECIAL_EVENT: marathon; half marathon; 10K fun run; charity bike ride; cycle race; triathlon; parade; St Patrick's
  Day parade; carnival; Pride march; street market; farmers market; Christmas market; street festival; music festival
  traffic; concert at the arena; football match; home game at the stadium; rugby international; cup final; baseball
  opening day; NFL game; hockey playoff; cricket test;
  agricultural show; county fair; air show; fireworks display; New Year's Eve event; film shoot; TV filming;
  demonstration; protest march; farmers' tractor protest; political rally; strike picket at the port gate; state
  funeral procession; presidential motorcade; royal visit; VIP movement; open-air cinema; block party; food truck
  festival; rodeo; horse racing festival; Grand Prix; rally stage;
  graduation ceremonies; university move-in day; religious procession; Diwali celebrations; Lunar New Year parade;
  Remembrance Sunday service; Anzac Day dawn service; ANZAC march; Santa parade; boat show; car show; comic
  convention; trade expo; theme park opening; half-time crowds leaving; Black Friday shopping event; outdoor mass;
  tour of cyclists; swim and run event; dragon boat festival; Highland games; ploughing championships; Melbourne Cup
  day; Canada Day celebrations; July 4th parade;
  sheep drive through town; vintage vehicle run; wide-load ceremony escort of the airship; marching band competition;
  cattle show; street hockey tournament; vigil; pop concert; tree lighting ceremony; science fair at convention
  center; lantern walk; rainy marathon going ahead; snow festival; ice sculpture festival; winter carnival;
  fog-delayed boat parade
INCIDENT: crash; two-vehicle crash; collision; multi-vehicle collision; rear-end collision; rollover; overturned
  lorry; overturned tractor trailer; jack-knifed truck; jackknifed semi; stalled vehicle; disabled vehicle;
  broken-down car; broken down bus; broken-down HGV; vehicle fire; car fire; truck fire; brush fire beside the road;
  grass fire near carriageway; diesel spill; oil spill from a lorry; chemical spill; gas leak; fuel leak; shed load;
  spilled load of gravel;
  debris in the road; tyre in the road; ladder in lane; mattress in lane; hit and run; pedestrian struck; cyclist hit;
  motorcycle accident; head-on collision; vehicle off road; car into a ditch; wrong-way driver; police incident;
  police investigation; armed police operation; police chase ended; suspicious package; medical emergency; signals
  out; traffic lights out of order; power lines down after pole hit; tree down on car; fallen tree hit by van; deer
  strike; animal collision; cow on road; horse loose; loose sheep;
  bridge strike; low bridge hit by lorry; train hit vehicle at crossing; stuck level crossing barrier; building fire;
  house fire with hoses across the road; crane collapse; scaffolding down; aircraft emergency landing on the road;
  abandoned vehicle; road rage incident; shooting investigation; crash investigation; vehicle recovery; collision
  caused by ice; crash on black ice; spin-out in heavy rain; pile-up in fog; vehicle aquaplaned into barrier; truck
  blown over by wind; car stuck in flood water, crew recovering it; vehicle slid off in snow; bus stuck on icy hill;
  lorry stuck in snow; caravan overturned in gusts; fender bender; minor bump; three-car shunt; taxi and van collided;
  tram and car collision; tanker overturned; escaped prisoner search; concern for welfare on the bridge; person on the
  overpass; protester glued to road by police cordon; cargo of bees spilled; bricks spilled; burst tyre; overheated
  vehicle; emergency vehicles at scene; RTC; RTA; MVA; MVC with entrapment; 10-50; TC; vehicle vs pole; vehicle vs
  pedestrian; crash in the work zone; car hit the cone truck; crash near the stadium
WEATHER_CONDITION: snow; heavy snow; snowfall; blizzard conditions; snow squalls; whiteout; blowing snow; freezing
  rain; sleet; hail; thick fog; dense fog; patchy fog; mist; fog bank; reduced visibility in fog; strong winds; high
  winds; gusts to {gust} mph; gale force winds; storm; thunderstorm; lightning; heavy rain; torrential rain; downpour;
  drizzle; storm warning; wind warning; hurricane approaching; tropical storm; cyclone; tornado warning; dust storm;
  blowing dust;
  sandstorm; smoke from wildfire drifting across; low sun glare; extreme heat warning; extreme cold warning; wind
  chill warning; winter storm watch; winter weather advisory; rain warning; yellow warning for wind; amber snow
  warning; red weather warning; Met Eireann orange warning; Environment Canada snowfall warning; BOM severe
  thunderstorm warning; flash flood warning, rain bands; lake-effect snow; mountain snow; rain turning to snow; snow
  flurries; wintry showers; snow expected overnight;
  fog expected to clear by ten; showers; light rain; light snow; humid haze; coastal gale; sea spray from high waves;
  sudden gusts on the bridge; crosswind warning for caravans; visibility {vis} metres; visibility below a quarter
  mile; freezing fog; hoar fog; ground blizzard; polar low; storm surge forecast; squall line; monsoon shower;
  bushfire smoke; ash fall; ice pellets; snow in the forecast for the pass; winds easing; storm has passed, showers
  remain; wind speed dropping
ROAD_CONDITION: ice; black ice; icy road; icy patches; compact snow and ice on roadway; snow-covered road; packed
  snow; slush; slippery stretches; slippery when wet surface; bare and wet; bare and dry with icy spots; frost on the
  bridge deck; standing water; water on road; flooded road; flooding over the road; road under water; surface water;
  mud on the road; mudslide across the road; landslide; landslip; rockfall; rocks on road; boulder on road; rock slide
  debris; avalanche debris on the road; drifted snow on lanes;
  pothole; large potholes; broken pavement; buckled pavement; pavement heave; heat-buckled concrete; sinkhole; road
  collapsed; washed-out road; washout; damaged bridge deck; bridge damaged by flood; cracks in the carriageway;
  subsidence; shoulder eroded; loose gravel; loose chippings; oil film, surface slick; leaves on road, slippery; soft
  shoulder; rutted road; rough surface; gravel road muddy; chains required; traction tires required; winter tyres
  mandatory; carry chains; pass open, chains advised; seasonal road not maintained; weight restriction, spring thaw;
  unsealed road impassable; road wet, creek crossing at {vis} cm; ford impassable; road surface breaking up; missing
  manhole cover; uneven ramp plates; flood damage to verge; undermined culvert; scoured bridge foundation; sand on the
  road; seaweed and stones on coast road; wet leaves; spring load limits; untreated road; salted, wet; road salted,
  good condition; gritted, damp; partly ice covered; partly snow covered; snow packed; passable with care; almost
  impassable; muddy detour surface; water over causeway; road surface temperature below zero, frost; storm damage to
  the road; frost heave bumps; debris flow deposit
"""

# Impact by severity. `any` fits whatever the cause.
IMPACTS = """
MINOR: no delays; minimal delays; little impact; delays under five minutes; on the shoulder; right shoulder blocked;
  hard shoulder only; shoulder closed; all lanes open; traffic moving well; expect minor delays; drive with care; use
  caution; cleared; now cleared, traffic back to normal; moved to the shoulder; lanes reopened; no lanes blocked;
  off-peak only; overnight short lane closure; brief holds of up to two minutes; passing without trouble; traffic
  unaffected; delays easing; slow in spots; bike lane closed only; parking lane closed;
  footpath closed; residual delays clearing; normal speed; gates staffed, locals can pass; short stop only; one of
  four lanes closed at night, no queue; minimal effect on traffic; off the road; not blocking; everything back to
  normal; roadway open; reopened; cones out at {hour}, light traffic; slight slowing; reduced speed advised; pull-off
  closed; no injuries, cars driven away; hazard lights, out of traffic
MODERATE: one lane closed; left lane blocked; right lane blocked; two of three lanes open; single lane alternating;
  lane one of three closed; stop-go traffic control; temporary traffic lights; delays of {mid} minutes; expect delays
  up to {mid} minutes; traffic backed up {short} miles; queueing traffic; slow traffic back to {town}; detour
  available; diversion in place; signed detour; ramp closed, use next exit; on-ramp closed; exit slip closed;
  contraflow; lane closures both ways; heavy traffic; slow moving; stop and go; flaggers directing traffic; speed
  limit cut to {speed}; traffic merging, some congestion; road partially blocked; one direction alternating with
  flaggers;
  minor injuries, lane closed; buses diverted; rolling closures; intermittent closures of 20 minutes; street closed to
  through traffic, easy detour; side street shut; allow extra time; about {mid} minutes extra; congestion building;
  partially blocked; high-sided vehicles take another route; convoy working; two lanes closed of four; noticeable
  delays; queues {short} km; travel time up by {mid} min
MAJOR: road closed; closed in both directions; all lanes blocked; all lanes closed; full closure; closed until further
  notice; highway shut; motorway shut between junctions; impassable; no detour; delays over an hour; {long} minute
  delays; two hour delays; long delays; tailbacks of {miles} miles; {miles} mile backup; standstill traffic; gridlock;
  traffic at a standstill, people out of cars; air ambulance landed; multiple injuries; serious injuries; fatal; one
  dead; two killed; several taken to hospital; hazmat crew on scene; hazardous material; evacuation of nearby homes;
  evacuation ordered; {many} vehicles involved; bridge shut; tunnel closed; emergency crews only;
  stranded drivers; do not travel; travel not advised; avoid the area at all costs; closed for the whole weekend;
  closed for days; only one lane of five open, queues for miles; shut for investigation, many hours; major incident
  declared; cut off towns; coroner called; people trapped; closed for months; all approaches shut; port access closed;
  complete shutdown; life flight; critical condition; multiple agencies, closed
"""

# Impacts that only fit some types, to keep phrases credible.
TYPE_IMPACTS = """
CONSTRUCTION MINOR: shoulder work; off-peak works, lane open by 6 am; night works, minimal delays; mobile operation,
  brief slowing; verge works, no lane closed; works postponed, all lanes open; works cancelled tonight; pavement side
  only, traffic not affected; works complete, cones being lifted; work on the hard shoulder from {hour}
CONSTRUCTION MODERATE: lane closed {hour} to {hour2}; single lane with flaggers, up to {mid} minutes; ramp closed
  overnight, detour signed; two-way traffic lights for the week; contraflow with {speed} limit; lanes shifted, slow at
  peak; lane closures nightly through Friday; narrow lanes, expect queues; stop/go boards; alternating traffic by
  pilot car
CONSTRUCTION MAJOR: closed for a full weekend; fully closed {hour} to {hour2}, no local detour, hour-long queues; road
  shut six weeks; bridge closed for replacement until spring; all lanes shut both ways for beam lift; closed to all
  traffic until further notice; motorway closed between junctions all night, severe delays; total closure, {long}
  minutes extra via detour; emergency repair, highway shut both ways
SPECIAL_EVENT MINOR: rolling escort, short holds; pavement only, traffic not affected; parking restrictions only;
  extra foot traffic, no closures; event over, streets reopened; slightly busier than usual; small crowd, no delay;
  bays suspended; finish area off road
SPECIAL_EVENT MODERATE: rolling road closures; some streets closed {hour} to {hour2}, detour signed; extra traffic
  before kick-off, {mid} minutes delay; one lane coned for spectators; buses on diversion; heavy traffic leaving; stop
  and hold by marshals; ramp closed for the crowd; parking full, queues to enter
SPECIAL_EVENT MAJOR: town centre closed all day; all roads around closed; whole route shut from {hour}, no crossing;
  {long} minute delays after the final whistle; gridlock around the venue; protesters block all lanes; motorway
  blocked by protesters, no movement; bridges shut for the event; 80,000 expected, closures citywide; closed both ways
  by the march, long delays
INCIDENT MINOR: no injuries, moved to shoulder; cleared at {hour}; tow on scene, off roadway; exchange of details, no
  blockage; debris picked up, lanes open; property damage only, not blocking; vehicle moved, traffic normal; fire out,
  lanes open; stalled on shoulder; recovered, all clear; false alarm, road open; police have left, traffic normal;
  driver waiting for tow on the verge; scene cleared, residual slowing
INCIDENT MODERATE: left lane blocked, tow en route; two lanes blocked, crews on scene; minor injuries, one lane shut;
  lane {lane} closed for recovery; traffic alternating past the scene; queueing past the scene; treat as four-way
  stop, slow; {mid} minutes delay, being recovered; partially blocking; lane closed while crews clean up; one person
  checked by paramedics, lane closed; exit blocked, use next exit
INCIDENT MAJOR: fatal, road closed for investigation; multiple casualties, all lanes blocked; driver trapped, air
  ambulance landed; {many} vehicles, road shut; hazmat on scene, homes evacuated; acid leaking, half-mile cordon; one
  dead, closed for hours; serious injuries, closed both ways; {miles} mile tailback, traffic held; exploded, motorway
  shut; pedestrian killed; several hurt, freeway closed; carriageway closed, people trapped in cars
WEATHER_CONDITION MINOR: roads just wet; no restrictions; light, little effect; drivers use caution; expected to ease
  soon; traffic flowing; warning cancelled; passing showers, no delays; mostly melting on contact; visibility good
  again; advisory only; bridge open, normal limits
WEATHER_CONDITION MODERATE: speed limit reduced to {speed}; slow going, {mid} minutes extra; visibility poor, traffic
  crawling; high-sided vehicles banned from bridge; speed restrictions on bridge; ploughs working, slow; delays on the
  pass; convoys slow; some ferries off, queues; allow extra time; lane shut on the bridge; motorcyclists diverted
WEATHER_CONDITION MAJOR: bridge closed to all traffic; highway closed, zero visibility; road shut both ways; drivers
  stranded; travel not advised, roads closing; do not travel, red warning; pass closed until further notice;
  evacuation route only; life-threatening, stay off the roads; whiteout, closed from {town}; hundreds stuck; all
  routes shut; closed, crews pulled back
ROAD_CONDITION MINOR: passable with care; drive to conditions; patrol salting, no delays; gritted, moving well; small,
  off the driving line; edge of lane only; drying out; no restrictions; caution on bends; sand laid; local slippery
  spots; traffic passing normally; advisory only
ROAD_CONDITION MODERATE: one lane usable; chains required for trucks; single lane past the damage; speed cut to
  {speed}; one lane closed for safety; detour via {street}; slow, {mid} minutes extra; lane closed by damage; 4x4
  only; weight limit, trucks detour; signals past the slump; sluggish traffic, spun tyres; lane blocked, maintenance
  called
ROAD_CONDITION MAJOR: road closed; impassable, no detour; closed both ways, road gone; highway cut; village cut off;
  whole carriageway lost; closed until an engineer has looked; pass closed; both lanes covered, shut; 3 ft deep, cars
  abandoned; bridge unsafe, shut; closed for weeks; road swept away; long way round, {long} minutes; town isolated
"""

SOURCES = """
alert: {cause} on {road} {dir} {place}. {Impact}.; {road} {dir} {place}: {cause}. {Impact}.; On {road} {dir} {place}
  there is {cause}. {Impact}.; {Cause} on {road} {place}. {Impact}. Estimated time to clear {hour}.; Update {hour}:
  {road} {dir}, {cause} {place}, {impact}.; {Cause} reported {place} on {road} {dir}, {impact}.; {road} {place} -
  {cause}, {impact}. Next update {hour}.; {Day} {hour} to {hour2}: {cause} on {road} {place}. {Impact}.; {road}:
  {impact} {place} due to {cause}.; {Impact} on {road} {dir} {place} due to {cause}.; {Impact} because of {cause} on
  {road} {place}.; Beginning {day}: {cause}, {road} {place}. {Impact}.; Until further notice: {cause} on {road} {dir}.
  {Impact}.; {road} {dir}: {impact} owing to {cause} {place}.; Due to {cause}, {impact} on {road} {place}.; Travellers
  on {road} {place} should note {cause}, {impact}.; {Cause} beginning at {hour} on {road} {dir} {place}. {Impact}.;
  {cause} | {road} {dir} | {place} | {impact}; {road}, {place2}: {cause}. Lanes: {impact}.
radio: {road} {dir}, {cause} {place}, {impact}.; On the {road}, {cause} {place}, so {impact}.; Heads up on {road},
  {cause}, {impact}.; In {town}, {cause} on {road}: {impact}.; {Cause} {place} on the {road}, {impact}, folks.; We're
  hearing of {cause} on {road} {dir}, {impact}.; And {road} {dir}: {impact}, that's {cause}.; If you're heading {dir}
  on {road}, {cause} {place}, {impact}.; Quick one for {road}: {cause}, {impact}.
tweet: #{town2} {road} {dir}: {cause} {place}, {impact}; {road} {cause} {impact} #traffic; TRAFFIC ALERT: {cause}
  {place} on {road}. {Impact}. Plan ahead.; {Cause} on {road} again.. {impact}; @{town2}Traffic {road} {place}
  {cause}, {impact} pls RT; {road} {place} -> {cause}. {Impact}!; stuck on {road} {dir}, {cause}, {impact}; Anyone
  know about {cause} on {road} {place}? {impact}; UPDATE {road}: {impact} ({cause}).; ⚠️ {Cause} {road} {dir}.
  {Impact}.
dispatch: {cause} {road} {place}, {impact}; UNIT {unit}: {cause}, {road} {dir} {place}, {impact}; {hour}
  {road}/{place2} {cause} - {impact}; {road} {dir} {place} {cause} {impact}; CAD {unit} {cause} {road} {place2}.
  {impact}; TOC: {cause} {place}, {road}. {impact}; LOC {road} {place} TYPE {cause} STATUS {impact}; per trooper
  {cause} {road} {place}, {impact}; Control from patrol {unit}, {cause} {road} {place}, {impact}
narrative: {lead} {Cause} was reported at {hour} on {road} {dir} {place}. {Impact}. {filler}; Crews were sent to
  {road} {place} at {hour} for {cause}. {filler} {Impact}.; {Impact} on {road} {place} since {hour}. The cause is
  {cause}. {filler}; {filler} {Cause} affects {road} {dir} {place}: {impact}. {filler2}; At around {hour} {cause} led
  to the following on {road} {place}: {impact}. {filler} {filler2}; The road authority reports {cause} on {road} {dir}
  {place}. {filler} {Impact}. {filler2}; Drivers on {road} met {cause} {place} this {part}. {Impact}. {filler}
headline: {Cause} - {road}; {road}: {cause}; {Cause} {place}; {road} {dir} {place}; {road} - {impact}; {Cause},
  {impact}; {Impact} - {road}; {Cause} on {road} {dir}; {road} {cause} {place}; {road2} / {road}; Traffic notice
  {unit}
"""

FILLERS = """
neutral: Last updated {hour}.; Source: patrol.; Reported by cameras.; Message board set.; Reference {unit}.; Region
  informed.; Next update at {hour2}.; See the website for details.; It was dark.; Traffic volume was light before.;
  Contact the control room on the usual number.; Municipality notified.; Signs are out.; Thank you for your patience.;
  Photo attached.; Location confirmed by GPS.; Jurisdiction: district {lane}.; Road users may check the app.; Operator
  initials {unit}.; Speed limit there is {speed}.
INCIDENT: The driver was heading home.; Weather at the time was fine.; The surface was dry.; The operator lost control
  on a bend.; Police are on scene.; It had been raining and the road was wet.; The vehicle left the lane and hit the
  barrier.; Witnesses saw smoke.; A tow truck is on the way.; Roadworks nearby were not the cause.; The crash was near
  the works area.; Freezing temperatures may have played a part.; The match traffic had already gone.
CONSTRUCTION: The work is weather dependent.; The contractor apologises.; Work is part of a two-year project.; Cones
  go out at {hour}.; Crews and equipment near traffic.; If it rains the work moves to the next dry night.; No work on
  the holiday.; The bridge was hit by a truck last year, hence the repair.; Wide loads use the alternative route.;
  Residents have had letters.; Fog or snow may postpone this work.; Works are timed around the festival.
SPECIAL_EVENT: Organisers expect a good turnout.; Marshals will direct you.; Shuttle buses run from the park and
  ride.; It goes ahead rain or shine.; Police will escort the group.; Stalls open at {hour}.; The route passes the old
  works site.; The finish is at the town hall.; Spectators are asked to come by train.; First aid on site.
WEATHER_CONDITION: Forecast updated at {hour}.; Temperature near {lane} degrees.; Conditions change fast at altitude.;
  Plows are patrolling.; The warning runs to {hour2}.; Keep headlights on.; Crews paused the works for now.; No
  crashes reported.; The game may start late.; Radar shows more behind.; Surface still bare.
ROAD_CONDITION: Patrol inspected at {hour}.; Sand truck called.; The snow itself stopped yesterday.; Rain ended this
  morning.; Geotechnical staff will look.; Water is going down.; No vehicles involved.; Repairs are not scheduled
  yet.; Maintenance yard told.; It has been like this since the storm.; Tyres matter.; Reported by a bus driver.
"""

# Causes and impacts put together from parts, so that no fixed phrase becomes a sign.
CAUSE_PARTS = """
CONSTRUCTION: [resurfacing|repair|replacement|inspection|painting|cleaning|strengthening|upgrade|renewal|removal] of
  the [bridge|barrier|drain|culvert|signals|ramp|median|shoulder|pavement|lighting|tunnel
  fans|overpass|kerb|crossing|guardrail|gantry|retaining wall]; [crews|contractors|workers|county crews|highways
  teams|council staff] [patching|milling|paving|digging a trench|installing pipes|setting beams|trimming
  trees|painting lines|fixing a water main|moving barriers|replacing signs|pouring concrete|repairing flood
  damage|filling potholes];
  [night|overnight|weekend|daytime|long-term|emergency|planned|scheduled]
  [works|roadworks|maintenance|construction|repairs|utility works|bridge works|paving|lane closures for works];
  [gas|water|electric|telecom|sewer|broadband|drainage|ESB] [works|main replacement|repairs|connection works]; work
  zone with [flaggers|lane shift|narrow lanes|pilot car|stop/go boards|temporary signals];
  [works|paving|painting|closure for works] [postponed|cancelled|put off] [because of rain|by snow|due to fog|for the
  holiday|until after the match]
SPECIAL_EVENT: [charity|annual|city|school|village|international|local|veterans'|junior]
  [run|walk|parade|festival|regatta|fete|fair|cycle ride|concert|rally|gala|triathlon|carnival|market];
  [crowds|fans|supporters|visitors|concert goers|thousands] [leaving|heading to|arriving at|walking to] the
  [stadium|arena|showground|beach festival|park concert|racecourse|fairground|exhibition centre|cup tie];
  [street|road] [party|race|procession|fair|performance|market] for [charity|the patron saint|the school|veterans|the
  championship|the jubilee];
  [football|baseball|hockey|rugby|cricket|basketball|GAA|AFL|soccer] [match|game|final|derby|semi-final|tournament];
  [protest|demonstration|march|rally|picket|sit-in|go-slow] by [farmers|students|taxi drivers|unions|climate
  activists|nurses|truckers]; [movie|TV series|advert|car commercial] filming; visit of the [president|prime
  minister|pope|king|governor], [motorcade|convoy|escort]
INCIDENT: [car|van|pickup|lorry|semi|bus|motorbike|motorcycle|tractor|SUV|taxi|camper van|cement truck|horse
  box|tractor-trailer|box truck|ute|minibus|artic] [on fire|overturned|broken down|stalled|into the barrier|off the
  road|facing the wrong way|on its roof|in the median|against a pole|stuck under bridge|into a wall|spun out|with a
  flat tyre|out of fuel|down the bank|into parked cars|in the ditch after ice|blown over]; [two|three|four|several|a
  couple of] [cars|vehicles|trucks|vans|SUVs] [collided|crashed|in a shunt|tangled|involved in a crash|hit each other
  at the lights];
  [spill|lost load|load] of [diesel|paint|milk|timber|pipes|chickens|fish|gravel|hay bales|beer|concrete|scrap
  metal|sand bags]; [dog|deer|moose|elk|kangaroo|cattle|sheep|horse|geese|pig|swan|bear] [on the road|loose|hit by
  car|in live lanes|being rounded up]; [crash|collision|accident|wreck|smash|bump|RTC|MVA] [on ice|in the fog|in heavy
  rain|in the roadworks|near the stadium|at the junction|on the slip|at the crossing|on the bend|at traffic lights|in
  the tunnel|during the storm]; [police|fire crews|ambulance crews|paramedics|tow crews|state patrol] [at an
  incident|dealing with a crash|on scene of a fire|with a stalled vehicle|attending a collision|searching an area];
  [traffic lights|signals|lights|level crossing] [out|flashing red|failed|stuck on red|dark after power cut];
  [tree|branch|power line|billboard|lamp post|scaffolding] [fallen|down|hanging] [on a car|across lanes|after a truck
  hit it|on the roadway]; [sofa|ladder|pallet|exhaust|tyre tread|wheel|mattress|plank|bumper] in [the carriageway|lane
  {lane}|the fast lane|the road]; sedan [ran a red light and struck|rear-ended|side-swiped|clipped|turned in front
  of|reversed into] a [van|truck|cyclist|bus|parked car|scooter|pickup]
WEATHER_CONDITION: [heavy|light|driving|persistent|localised|freezing|wind-blown] [rain|snow|sleet|drizzle|hail];
  [patchy|dense|thick|drifting|early|coastal|hill] [fog|mist|smoke|haze|dust]; [gusts|winds|crosswinds]
  [of|to|near|over] {gust} [mph|km/h]; [snowfall|wind|fog|rainfall|thunderstorm|heat|cyclone|ice storm|dust
  storm|blizzard] [warning|watch|advisory|alert] [in force|issued|for the pass|from the weather office|until evening];
  {lane} [inches|cm] of [snow|new snow] [falling|forecast|by morning|expected tonight]; visibility [down
  to|below|about|near] {vis} [m|metres|yards] in [fog|snow|rain|dust|smoke|spray];
  [storm|cold front|squall|snow band|thunderstorm] [moving in|crossing the area|overhead|approaching|due this
  evening]; [gale|storm] [warning|alert] for [the bridge|the coast road|the viaduct|high-sided vehicles];
  [snow|rain|sleet|fog|hail] [starting|developing|turning heavier|clearing|lifting|tapering off]
ROAD_CONDITION: [ice|slush|packed snow|water|mud|gravel|sand|leaves|frost|snow drifts|rocks|silt|compact ice|stones]
  [on|covering|across|over] the [road|carriageway|pavement|bridge deck|ramp|bends|hill|travel lanes|causeway];
  [road|bridge|carriageway|pavement|embankment|shoulder|culvert|retaining wall|road surface|verge]
  [cracked|subsiding|breaking up|undermined|damaged by flood|eroded|sunken|heaved|crumbling|partly slipped away];
  [chains|snow tyres|traction tires|4WD or chains|winter tires] [required|advised|mandatory|no longer
  required|required over the pass|carried by all];
  [deep|large|several|new|wheel-damaging|water-filled] [pothole|potholes|ruts|cracks|bumps|dips]; [bare and wet|bare
  and dry|partly snow covered|snow covered|mostly icy|wet with icy patches|slushy with ruts|damp, salted|frosty,
  gritted|slick] [roadway|surface|lanes|conditions on the surface|pavement]; [river|creek|sea|drain] water
  [over|across|lying on] the [road|lanes|low section|underpass]; [surface|road]
  [slippery|greasy|polished|loose|soft|rutted|icy] [after rain|after thaw|since the frost|in shade|on the descent]
"""

IMPACT_PARTS = """
MINOR: [no|little|hardly any|slight|minimal|no real|only small] [delay|delays|disruption|effect|queueing|hold-up];
  [expect|allow|about|up to] [2|3|4|5] [minutes|min] [of delay|extra|wait]; [all lanes|both lanes|every lane|the whole
  road] [open|available|clear|passable]; [on|confined to|kept to|limited to] the [shoulder|hard
  shoulder|verge|edge|lay-by|emergency lane]; [traffic|cars|vehicles] [moving|flowing|passing|coping]
  [well|normally|freely|fine]; [cleared|reopened|resolved|back to normal|over] [by|at|since|as of] {hour};
  [short|brief|occasional] [stops|holds|slowdowns] [only|at off-peak|late at night]
MODERATE: [left|right|centre|middle|inside|outside|nearside|offside|HOV|turn] lane [closed|blocked|shut|coned
  off|taken]; [delays|hold-ups|queues|waits] of [up to|about|around] {mid} [minutes|mins|min]; [one|1] of
  [two|three|2|3] lanes [closed|blocked|out]; [single lane|one lane|alternate one-way] [traffic|working|running] [with
  lights|with flaggers|past the spot|in turns]; [detour|diversion|alternate route|other route]
  [posted|signed|available|via {street} Road|in use]; [slip road|ramp|off-ramp|on-ramp|exit|turn]
  [closed|shut|blocked], [use next one|detour signed|diversion short]; [slow|heavy|queueing|congested|stop-start]
  [traffic|going|driving] [for {short} miles|both ways|on approach|back to {street}]
MAJOR: [road|route|highway|street|carriageway|motorway|freeway|bridge] [closed|shut|blocked] [in both
  directions|completely|at both ends|to all vehicles|until further notice|overnight|with no detour|for days];
  [delays|waits|hold-ups|queues] of [two hours|three hours|over an hour|more than 90 minutes|at least two hours|{long}
  minutes]; [all|every|all four|all northbound|all three] [lanes|traffic lanes] [closed|blocked|shut];
  [traffic|cars|drivers] [stranded|trapped in queues|turned back|held for hours|at a complete stop|stuck since
  {hour}]; [queue|tailback|backup|jam] of [{miles}|about {miles}|more than {miles}] [miles|km]; [no|not any]
  [access|way through|traffic able to pass|vehicles getting through|route in or out]; [avoid|stay away from|do not
  try] [the whole area|this route, shut|travel here, closed]
INCIDENT MAJOR: [one|two|three|several|a driver|a pedestrian|a cyclist] [dead|killed|seriously hurt|critically
  injured|airlifted|badly injured|taken to hospital with serious injuries]; [hazmat|chemical|gas|fuel tanker|acid]
  [leak|crew called|danger], [area evacuated|homes evacuated|wide cordon|road shut]; {many} [vehicles|cars|cars and
  trucks] [involved|piled up|damaged]; [people|driver|two people] [trapped|cut free|pinned] and road [shut|closed]
"""

# Crash narratives: who, what was going on, what went wrong, and how it ended, by severity.
CRASH = """
who: [vehicle 1|unit 1|a sedan|a delivery van|a pickup|a motorcyclist|a city bus|an automated vehicle|a ride-hail
  car|a semi|an SUV|a cement lorry|an e-scooter rider|a learner driver|a police car|a caravan being towed]
was: was travelling {dir} on {road}; was stopped at a red light {place}; was merging from {road2} onto {road}; was
  turning left {place}; was changing lanes on {road} {dir}; was slowing for roadworks on {road}; was leaving a parking
  space on {road}; was approaching the roundabout {place}; was in the second lane of {road}; was driving through heavy
  rain {place}; was crossing an icy bridge on {road}; was heading home from the game on {road}
when: when [vehicle 2|unit 2|an oncoming car|a taxi|another driver|a cement mixer|a van] [entered its lane|failed to
  yield|made contact with its side|ran the stop sign|crossed the centre line|clipped its mirror|braked hard in
  front|pulled out]; when [the car|a truck|a bus|a pickup] behind [struck its rear|failed to stop|ran into it|bumped
  it]; when [a dog|a pedestrian|a child|a deer|a runner] [stepped into the road|ran out|appeared in the lane]; when [a
  cyclist|a scooter rider|a motorcyclist] [came past on the inside|swerved|fell in front of it|rode through the
  light]; when it [slid on ice|aquaplaned|left the road|hit a barrier|struck a pole|lost a wheel|caught fire|rolled
  over|lost its load|hit debris]
MINOR: No injuries were reported and both drove away.; Damage was limited to a bumper.; No one was hurt, vehicles were
  moved to the shoulder.; Drivers exchanged details, police were not called.; Contact was at low speed with scratches
  only.; The lanes were clear within minutes.; Minor paint transfer, no tow needed.; The scene was clear before
  officers came, no delay.
MODERATE: The right lane was closed while one car was towed.; A passenger complained of neck pain, one lane shut.; Air
  bags deployed and a tow truck blocked a lane for half an hour.; Traffic alternated past the scene.; One person was
  checked for minor injuries, with queues behind.; The ramp was closed until the wreck was removed.; Delays of {mid}
  minutes followed.; Partial closure for clean-up of fluids.
MAJOR: The driver died at the scene and the road was closed.; Two people were taken to hospital with serious injuries,
  all lanes shut.; The rider was airlifted in critical condition.; The cab burned out and the highway was closed both
  ways.; Several vehicles followed into the wreck, {many} in all.; The pedestrian was pronounced dead, closed for
  investigation.; Fuel leaked and nearby homes were evacuated.; Occupants were trapped and cut free, road closed for
  hours.
"""
