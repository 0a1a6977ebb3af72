"""Surface patterns of traffic events with summaries; `{Cause}` is `{cause}` with a capital, and so on."""

from training.generate.grammar import items

PLACES = items("""
at milepost {mp}; at mile marker {mp}; near MP {mp}; at MP {tenth}; between mileposts {mp} and {n3}; at exit {ex};
between exits {ex} and {ex2}; between exit {ex} and exit {ex2}; at J{ex}; between J{ex} and J{ex2}; at junction {ex};
between junctions {ex} and {ex2}; near junction {ex} ({town}); near {town}; in {town}; at {town}; outside {town};
north of {town}; south of {town}; east of {town}; west of {town}; approaching {town}; {km} km north of {town};
{short} miles west of {town}; at {street}; near {street}; past {street}; at the {street} junction; at the {street}
interchange; between {street} and {street2}; between {town} and {street}; from {street} to {street2}; over {town} Pass;
on the {town} bypass; at the {town} exit; by the {town} services; under the {street} overpass; at the {town} county line;
on {town} Hill; at the junction with {road2}; at the {road2} interchange; on the ramp to {road2}; just past {street};
beyond the {town} turn-off; at km {km}; between {street} in {town} and {street2}; near the {town} toll plaza; at the
{town} roundabout; before exit {ex}; after J{ex}; close to {street}; at the {town} level crossing
""")

DURATIONS = items("""
until {hour}; until {hour2}; from {hour} to {hour2}; {hour}-{hour2}; until {day}; from {hour}; since {hour}; expected to
clear by {hour2}; until at least {hour}; for about {mid} minutes; for the next {short} hours; for {short} days; through
{day}; nightly from {hour} to {hour2}; until further notice; until {hour} {day}; overnight; between {hour} and {hour2};
for up to {short} weeks; into the {part}; for most of {day}; estimated reopening {hour}; for around {long} minutes;
daily {hour} to {hour2}; reopening about {hour2}; clearing expected after {hour}
""")

ADVICE = items("""
use {road2}; use {road2} instead; detour via {street}; diversion via {road2}; avoid the area; avoid {town}; allow {mid}
extra minutes; seek another route; follow signs for {town}; traffic diverted along {street2}; use an alternate route;
merge early; expect delays of {mid} minutes; use exit {ex2}; take {street2} instead; detour on {road2}; slow down past the
scene; [cars|local traffic] may use {street2}; trucks must use {road2}; turn round at {town}; leave at J{ex2}
""")

LEADS = items("""
[Traffic|Travel|Road] [alert|advisory|update|notice|bulletin]:; [Good morning|Good afternoon|Hello] [drivers|all|folks].;
Issued {hour}.; [Update|Updated] {hour}:; [Press release|Media notice|Public notice].; Notice {unit}:; [For immediate
release|For information].; {town} [police|council|county] [says|reports]:; [Message|Text] from control:; Correction to
the {hour} bulletin.; District {lane}:; Priority {lane}.; Ref {unit} -; [Heads up|Be aware|Take care]:; Reminder:;
[Live|Breaking]:; From our traffic desk:; [Incident|Event] no. {unit}.; As of {hour},; Reported {hour}:; #{town2}
""")

FILLER = items("""
Last week a similar event closed {road2}.; {road2} is [clear|flowing well|not affected].; Cameras at {street2} show
queues easing.; Call {n3}-{n4} for information.; The previous crash at {street2} has been cleared.; Log {unit}.; Toll
credits do not apply.; Bus route {n2} is diverted.; The {hour} bulletin is withdrawn.; Crews changed shift at {hour2}.;
Event id {n4}.; Follow @{town2}Traffic.; This is separate from the closure on {road2}.; A drone is filming.; Sunset was
at {hour2}.; Parking at {town} is full.; Dog walkers should keep away.; The governor was told.; A {n1}-year-old witness
helped.; Schools in {town} open as usual.; Trains between {town} and the coast run normally.; Budget code {n4}.; It is
the {lane}rd time this month.; The work costs $[2|3|4|7].{lane} million.; Camera {n3}.; Temperature {lane} C.; Police
reference {n4} of {n2}.; Please drive with care.; More when we have it.; Thanks for {n2} messages.; Expect [police|crews]
in the area.; Phone lines open at {hour}.; No other roads are affected.; Tow truck from {town} called.
""")

HEADLINES = items("""
{Cause} - {road}; {road}: {cause}; {Cause} {place}; {road} {dir} {place}; {road} - {impact}; {Cause}, {impact}; {Impact}
- {road}; {Cause} on {road} {dir}; {road} {cause} {place}; {road} {place}; Traffic notice {unit}; {road}, {town}; {Cause};
{road} {dir}; {Cause} on {road}; {road} {place}: {impact}; {cause} | {road}; {town}: {cause} on {road}; {road} [update|
alert|advisory]; {Impact}; {road} ({dir}); {Cause} ({town}); {Cause} [closes|affects|slows|hits] {road}; {road} {dir} -
{cause} {place}; [Delays|Disruption|Trouble] on {road}; {Cause} on {road}, {impact}; {road} [traffic|conditions];
{Impact} on {road} {place}; Planned: {cause}, {road}; {Cause}: {road} {dir} {place}
""")

PATTERNS = items("""
{cause} on {road} {dir} {place}. {Impact}.; {road} {dir} {place}: {cause}. {Impact}.; On {road} {dir} {place} there is
{cause}. {Impact}.; {Cause} on {road} {place}. {Impact}.; Update {hour}: {road} {dir}, {cause} {place}, {impact}.;
{Cause} [reported|confirmed|logged] {place} on {road} {dir}, {impact}.; {road} {place} - {cause}, {impact}. Next update
{hour}.; {Day} {hour} to {hour2}: {cause} on {road} {place}. {Impact}.; {road}: {impact} {place} [due to|because of|owing
to] {cause}.; {Impact} on {road} {dir} {place} [due to|because of|following] {cause}.; Beginning {day}: {cause}, {road}
{place}. {Impact}.; Until further notice: {cause} on {road} {dir}. {Impact}.; Due to {cause}, {impact} on {road} {place}.;
[Travellers|Drivers|Motorists|Commuters|Truckers] on {road} {place} should [note|expect|be aware of|look out for]
{cause}; {impact}.; {cause} | {road} {dir} | {place} | {impact}; {road} {dir}, {cause} {place}, {impact}.; On the {road},
{cause} {place}, so {impact}.; [Heads up|Be warned|Listen up] on {road}, {cause}, {impact}.; In {town}, {cause} on {road}:
{impact}.; [We're hearing of|We have|There's been|We are getting word of|Callers tell us of] {cause} on {road} {dir}
{place}, {impact}.; And {road} {dir}: {impact}, that's {cause} {place}.; If you're heading {dir} on {road}, {cause}
{place}, {impact}.; #{town2} {road} {dir}: {cause} {place}, {impact}; {road} {cause} {impact} #traffic; TRAFFIC ALERT:
{cause} {place} on {road}. {Impact}. Plan ahead.; {Cause} on {road} again.. {impact}; {road} {place} -> {cause}.
{Impact}!; stuck on {road} {dir} {place}, {cause}, {impact}; Anyone know about {cause} on {road} {place}? {Impact}.;
UPDATE {road}: {impact} ({cause}).; {cause} {road} {place}, {impact}; UNIT {unit}: {cause}, {road} {dir} {place},
{impact}; {hour} {road} {place} {cause} - {impact}; {road} {dir} {place} {cause} {impact}; CAD {unit} {cause} {road}
{place}. {impact}; TOC: {cause} {place}, {road}. {impact}; LOC {road} {place} TYPE {cause} STATUS {impact}; {Cause} was
[reported|seen|called in] at {hour} on {road} {dir} {place}. {Impact}. {filler}; [Crews|Police|Patrols|Responders] were
[sent|called|dispatched] to {road} {place} at {hour} for {cause}. {filler} {Impact}.; {Impact} on {road} {place} since
{hour}. The [cause|reason] is {cause}. {filler}; {filler} {Cause} affects {road} {dir} {place}: {impact}. {filler2}; At
around {hour} {cause} led to the following on {road} {place}: {impact}. {filler} {filler2}; The [road authority|county|
highways agency|DOT|ministry|council] reports {cause} on {road} {dir} {place}. {filler} {Impact}. {filler2}; Drivers on
{road} met {cause} {place} this {part}. {Impact}. {filler}; {road} is affected by {cause} {place}; {impact}.; There is
[now|currently|still] {cause} [on|along] {road} {dir}, {place}. {Impact}.; [Expect|Anticipate] [problems|disruption|
difficulty] on {road} {place}: {cause}. {Impact}.; {Place}, {road} {dir} has {cause}. {Impact}.; {road} ({dir}) {place}.
[Reason|Cause|Type]: {cause}. [Effect|Impact|Status]: {impact}.; Road: {road}. [Location|Where]: {place}. [What|Event]:
{cause}. [Effect|Lanes|Traffic]: {impact}.; {Impact}. That is on {road} {dir} {place}, where [there is|we have] {cause}.;
{Cause}, {road} {place}, {dir}. {Impact}.; {Cause} [has been reported|is in progress|is ongoing|continues] {place} on
{road}. {Impact}.; With {cause} on {road} {place}, {impact}.; {Impact} after {cause} on {road} {dir} {place}.; {Cause}
means {impact} on {road} {place}.; [The latest on|News from|The word on] {road} {dir}: {cause} {place}. {Impact}.; For
anyone using {road} {dir} [today|tonight|this {part}]: {cause} {place}. {Impact}.; {town} residents: {cause} on {road}.
{Impact}. {filler}; {road} between here and {town}: {cause}. {Impact}.; From {hour} there will be {cause} on {road}
{place}. {Impact}.; {day}, {hour}: {cause}, {road} {dir} {place}; {impact}.; [A trooper|An officer|A patrol|Our
spotter] [reports|found|sees] {cause} on {road} {dir} {place}. {filler} {Impact}.; It's [slow|busy|bad|a mess] on {road}
{place}: {cause}, {impact}.; {cause}. {road}, {place}. {impact}. {dir}.; {Impact}: {road} {dir}, {place}. {Cause}.;
{cause} {place} {road} {dir} // {impact}; [Type|Category]: {cause}; {road} {place} [is|was] the scene of {cause} at
{hour}. {Impact}. {filler}; {filler} It concerns {cause} on {road} {place}. {Impact}.; Because {impact} on {road} {place},
[crews|staff] ask for patience; {cause} is the reason. {filler}; {Cause} {place}. {Impact}. {road} {dir}.; [Near|Not far
from] {town} on {road}, {cause}. {Impact}.; {Cause}. {Impact}.; {Cause} [along|on] {road}. {filler} {filler2} {Impact}.;
{road} {dir}: {cause}.; {Cause} {place}, {road}.; {Impact} on {road} {dir} {place}.; {Cause} on {road} {place}, with
{impact}.; {Cause} on {road} {dir}, {place}; {impact}; {duration}.; {Cause} on {road} {place} {duration}. {Impact}.;
{road} {dir} {place}, {duration}: {cause}, {impact}.; {Duration}, {cause} on {road} {place}. {Impact}. {Advice}.;
{Impact} on {road} {place} {duration} for {cause}. {Advice}.; {road}: {cause} {place}, {impact}, {advice}.; {Advice}:
{cause} on {road} {dir} {place}. {Impact}.; {Cause} {place} on the {road}. {Advice} if you can. {Impact}.; [I'm|We're]
looking at {cause} on {road} {dir} {place} and {impact}.; {road} update: {cause} {place}, {impact}, {duration}.
""")

# Causes told with subject and verb, as reporters and callers tell them.
CLAUSES = items("""
[a|an old|a heavily laden|a foreign] [lorry|van|truck|semi|pickup|coach|tanker|camper|tractor|trailer] carrying
[{cargo}|{cargo} and {cargo2}] [overturned|shed its load|caught fire|broke down|jackknifed|went through the barrier|slid into
the ditch|lost a wheel|hit the bridge]; {cargo} [fell|spilled|rolled|blew] [off|from] a [flatbed|trailer|pickup|lorry]; [two|three|
four|five|six] [cars|vehicles|trucks|vans] [collided|ran into each other|were in a crash|are tangled]; a [cyclist|pedestrian|
motorcyclist|jogger|scooter rider|child] was [hit|knocked down|struck|clipped] by a [car|van|bus|lorry|taxi|tram]; a [man|woman|driver]
in [his|her|their] [twenties|thirties|forties|fifties|sixties] was [seriously|badly|slightly] [injured|hurt]; a [car|van|bus] went
[off the road|into a wall|down the bank|into the river|through a fence|through a hedge]; a [boat|horse box|caravan|shed] came
[adrift|loose|off its trailer]; the [swing bridge|drawbridge|barrier|ferry ramp|level crossing|tunnel door] is stuck [open|shut|up|
down|half way]; a [water|gas|sewer] main has [burst|broken|split]; [someone|thieves] [stole|cut] the [copper|cables|signs]; the
[river|creek|lake|sea|canal] has [come over|broken|flooded] the [road|bank|wall|bridge]; a [tree|pole|wall|crane|billboard|roof]
[came down|fell across the road|is leaning over the road|has collapsed]; [{n1} sheep|{n1} cows|elk|moose|deer|horses|geese|camels]
are [loose|on the road|wandering about|lying on the tarmac]; [police|troopers|officers|guards] are [looking for|chasing|
searching for] a [man|driver|suspect|missing child]; [police|troopers] stopped a [pickup|car|van] going the wrong way; the
[lights|signals|ramp meter|cameras|message signs] [are out|are dark|have failed|are stuck on red]; [crews|contractors|engineers|
workmen] are [replacing|fixing|painting|inspecting|digging up|resealing] the [bridge deck|pipes|kerbs|lines|joints|surface|drains];
[smoke|dust|fog|ash|spray|low cloud] is [drifting|hanging|blowing|settling] [across|over|on] the [road|valley|lanes]; [snow|ice|
slush|hail|mud] is [covering|lying on|building up on] the [road|hill|lanes|bridge]; [fans|crowds|protesters|marchers|runners|
cyclists|students] are [filling|crossing|blocking|leaving] the [street|square|bridge|stadium]; a film crew is [shooting|blowing up a
car|staging a chase]; a sinkhole [the size of a {cargo3}|{lane} metres deep] opened; an abnormal load, {cargo} {n1} m long, is on the
move; a [freight|light rail|goods] train [hit|struck] a [car|van|truck]; gusts [top|reach|of] {gust} mph; visibility is [down to|
about|under] {vis} [metres|feet|yards]; a [drum|tank|bottle] of [acid|chlorine|solvent|propane] [split|leaked|burst]; the verge has
slipped into the [canal|river|field]; [sheer weight of traffic|holiday traffic|the school run|match traffic|ferry traffic]; the
[marathon|parade|bike race|carnival|tour|procession] [passes|comes through|starts|finishes] at {hour}; the bridge opens for a ship at
{hour}; [new|average] speed cameras are [on|live|switched on]; the old footbridge comes down; chains are [required|needed|in force];
[temperature|ground temperature] [of|near|down to] -{lane}; a [car|van|bus|truck] has stalled in the [flood|water|snow|tunnel]
""")

CARGO = items("""
frozen peas; hay bales; white paint; steel pipes; pigs; turkeys; milk; timber; gravel; glass; batteries; wine; a wind turbine
blade; a boat; scrap metal; oranges; cement; furniture; fertiliser; beer kegs; mattresses; portable toilets; bees; fish; coal; tyres;
yoghurt; bricks; potatoes; a house; diesel; fireworks; minivan; bus; piano; car; flour; cheese; bottled water; logs
""")

EFFECTS = items("""
the road [stayed|stays|is|will be|was] closed [until {hour}|all night|for most of the day|until noon|until engineers say so|in both
directions|to all traffic|to everything over {lane} tonnes|]; [one|two|three] [lane|lanes] [is|are] [shut|blocked|coned off|getting by];
[left|right|middle|inside|outside] lane [is|] [shut|blocked|gone|taken]; traffic is [being turned round|stacking up|crawling|held|
moving again|getting through slowly|down to one lane|going round by {street2}]; queues [go|stretch|run] back [{short} miles|{n1} km|to
{town}|past {street2}]; [nobody|no one] [was|is] [hurt|injured]; [two|three|four] people [died|were taken to hospital|hurt]; one person [died|taken to hospital]; add [ten|fifteen|twenty|{mid}] minutes; [delays|waits] of [{mid}|up to {mid}|about {mid}] minutes; crews say [an hour|
{lane} hours|{mid} minutes|tomorrow|the weekend]; it is [open|clear|passable] again; all lanes [open|running|have reopened]; [cars|trucks|
buses] [can|cannot] get by; the ramp [is closed|should reopen by {hour}|is shut]; speed limit [cut|down] to {speed}; no detour; buses
[replace trains|are rerouted|run late]; flaggers [on site|alternate traffic]; turn around; leave early; everyone [stays|must stay]
indoors; residual queue {short} miles; everything is moving; drive with care; take it slow; the lights are back; closed; shut; open
with care; no delays; backed up to {street2}; expect the worst at {hour}; fixed by {hour}; nothing gets through
""")

PROSE = items("""
The {road} was shut [{dir}|] after {clause} {place}.; {Clause} on the {road} {place}; {effect}.; {Clause} on {road} {dir} {place}.
{Effect}.; {Clause} {place} on {road} [this morning|last night|at {hour}|just after {hour}|a few minutes ago|]. {Effect}.; {road}
{dir}: {clause} {place}, {effect}.; {road}, {place}: {clause}. {Effect}.; {Place} on {road}, {clause}. {Effect}.; {Clause}. {Effect}
on {road} {dir} {place}.; {Effect} on {road} {place}, where {clause}.; {Effect} on {road} {dir} after {clause} {place}.; {Effect}
because {clause} on {road} {place}.; There's a problem on {road} {place}: {clause}. {Effect}.; [Folks|Ladies and gents|Morning all|
Right], {clause} on {road} {place}, {effect}.; [They say|Word is|A caller says|My brother says|The radio says] {clause} on {road} {place},
{effect}.; {road} at {street}, {clause}, {effect}; [Avoid|Keep off|Stay off|Forget] {road} {place}. {Clause}. {Effect}.; Do not
[trust|rely on] sat nav: {clause} on {road} {place}, {effect}.; {Clause}, so {effect}. That's {road} {place}.; Police in {town} say
{clause} on {road} {place} at {hour}. {Effect}.; Appeal for witnesses: {clause} on {road}, {town}, shortly after {hour}. {Effect}.;
{road} {place}. {Clause}. {Effect}. {filler}; {filler} {Clause} on {road} {place}. {filler2} {Effect}.; On {day} {clause} on {road}
{dir} {place}. {filler} {Effect}.; {Clause} [near|outside|by] {town}. {filler} {Effect} on {road}.; {town}: {clause}. {Effect}.; {Clause}
{place}. {Effect}.; UPDATE {lane} - {road} {place}: {clause}, {effect}.; {road} {dir} {place} {clause} / {effect}; Hazard: {road} {place},
{clause}, {effect}, reported {short} min ago; The [department|council|county|authority] [says|reports|advises that] {clause} on {road}
{place}; {effect}.; Between {street} and {street2} on {road}, {clause}. {Effect}.; Our [bus|school run|46 bus|coach] is late: {clause} on
{road} {place}. {Effect}.; Because {clause}, {effect} on {road} {dir} {place}.; {road} is [down to one lane|closed|open|slow] {place}:
{clause}.; {Effect}. {Clause} on {road} {place}.; {clause} {road} {place} {effect}
""")
