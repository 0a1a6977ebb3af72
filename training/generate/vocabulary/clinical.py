"""Problems by specialty and urgency, lay messages, drugs, histories, denials and findings for clinical notes.

Problems of `routine` follow "seen for ..."; those of the other urgencies follow "presents with ...". Keys that begin
with `lay` hold what a patient or relative writes. `had` completes "history of ..."; `no` completes "denies ...".
"""

SPECIALTIES: dict[str, str] = {
    "cardiovascular": """
routine: follow-up of well-controlled hypertension; annual review after [stent|bypass|valve repair] in {past}, doing
  well; stable angina, unchanged for years; rate-controlled atrial fibrillation on [apixaban|warfarin], INR in range;
  pacemaker check, battery good; hyperlipidaemia review, LDL at goal; cardiac rehab graduation; benign palpitations,
  Holter normal;
  asymptomatic mild mitral regurgitation, echo in two years; innocent heart murmur in a child; varicose veins,
  cosmetic concern; preoperative cardiac clearance, low risk; home blood pressure diary averaging 128/76; stable heart
  failure NYHA I-II, euvolaemic; ankle swelling from amlodipine, mild; stable abdominal aortic aneurysm 3.4 cm,
  surveillance; old MI in {past}, no symptoms, walks daily;
  normal stress test result; long QT screening in sibling, normal ECG; ICD interrogation without events; compression
  stockings refill; peripheral artery disease, walking distance unchanged; statin tolerance check; congenital bicuspid
  valve, yearly echo
urgent: blood pressure 178/104 on three home readings; new exertional chest tightness over two weeks, none at rest;
  increasing ankle oedema and 3 kg weight gain; palpitations with new atrial fibrillation, rate 110, stable; INR 5.6
  without bleeding; echo showing ejection fraction fallen to 35%; positive stress test, pain free now; worsening
  claudication with short distance; orthostatic dizziness after dose change;
  swollen calf, suspected DVT, stable; potassium 5.8 on spironolactone; new murmur with low-grade fever; heart failure
  getting worse over days, sleeping on three pillows; syncope last week, ECG with first degree block; superficial
  thrombophlebitis near groin; ICD shock once yesterday, feels well; bradycardia 46 on bisoprolol, tired; leg ulcer
  with absent foot pulses
asap: unstable angina, pain at rest this morning, now settled; troponin raised, pain free; rapid atrial fibrillation
  158 with blood pressure 104/60; hypertensive 224/128 with headache and blurred vision; cold painful white foot since
  last night; complete heart block, rate 38, awake; suspected endocarditis, febrile with new emboli; suspected
  pulmonary oedema, saturations 90%; two ICD shocks today;
  acute heart failure, needs IV diuretic today; NSTEMI, haemodynamically stable; large pericardial effusion without
  collapse; syncope on exertion with severe aortic stenosis; digoxin toxicity with vomiting and bradycardia; broad
  complex tachycardia, tolerating it; DVT of whole leg, tense and blue; chest pain radiating to jaw for three hours,
  pressure 128/80
stat: crushing chest pain with ST elevation in [II, III, aVF|V1 to V4]; cardiac arrest, CPR in progress; ventricular
  fibrillation, shock delivered; cardiogenic shock, systolic 68; pulseless electrical activity; tearing chest pain to
  the back with unequal arm pressures, dissection suspected; ruptured abdominal aneurysm, hypotensive and grey;
  cardiac tamponade with falling pressure; ventricular tachycardia with no pulse;
  flash pulmonary oedema, frothing, saturations 74%; complete heart block, rate 22, unresponsive; STEMI, cath lab
  activated; asystole on monitor; collapse with no pulse in waiting room; sustained VT, pressure 60 systolic, cold and
  confused
lay routine: just need a refill of my [blood pressure|cholesterol|water] pills; my home readings are all around 125
  over 75, attached; when is my next pacemaker check; can I go back to the gym after my stent last year, I feel great;
  is it ok to take my statin in the morning; do I need to fast for the cholesterol test
lay urgent: my ankles are swelling more each day this week; my blood pressure has been 175 over 100 three days
  running; my heart flutters on and off since Monday, never lasts long; I get tight in the chest going up stairs, it
  is new, stops when I rest; my calf is swollen and sore since the flight
lay asap: woke up with chest pressure, it went away but came back twice; my heart is racing 150 for hours and I feel
  weak; dad's foot turned cold and white last night; I cant lie flat anymore, short of breath all night; my
  defibrillator went off twice today
lay stat: my husband collapsed, he is not breathing, we are doing CPR; crushing pain in my chest and arm right now,
  sweating and grey; mum has no pulse; dad fell down clutching his chest and wont answer
had: MI in {past}; CABG in {past}; hypertension; atrial fibrillation; heart failure; coronary artery disease; DVT in
  {past}; hyperlipidemia; aortic stenosis; pacemaker in {past}
drug: lisinopril 10 mg daily; atorvastatin 40 mg; metoprolol 25 mg twice daily; apixaban 5 mg bd; furosemide 40 mg;
  amlodipine 5 mg; ramipril 5 mg; warfarin; clopidogrel 75 mg; aspirin 81 mg; bisoprolol 2.5 mg; losartan 50 mg;
  spironolactone 25 mg; rosuvastatin 20 mg; digoxin 125 mcg; diltiazem; GTN spray; sacubitril/valsartan
no: chest pain; palpitations; orthopnea; leg swelling; syncope; exertional dyspnea
exam: heart sounds dual, no murmur; regular rate and rhythm; JVP not raised; no peripheral edema; pulses equal; ECG
  sinus rhythm; echo EF 60%; irregularly irregular pulse; S3 gallop; pitting edema to shins
dept: Cardiology clinic; Heart failure nurse; Vascular clinic; Anticoagulation clinic; Cardiac rehab; CCU
""",
    "pulmonary": """
routine: asthma review, well controlled, ACT 24; stable COPD, annual spirometry unchanged; CPAP follow-up for sleep
  apnoea, good adherence; inhaler technique check; smoking cessation visit, four weeks quit; resolved pneumonia, clear
  repeat film; pulmonary nodule 4 mm, stable two years; cystic fibrosis annual review, FEV1 steady; sarcoidosis in
  remission; latent TB treatment month 3, tolerating;
  chronic cough from reflux, improving; home oxygen reassessment, stable; pulmonary rehab completed; bronchiectasis
  review, no exacerbations this year; occupational spirometry, normal; cold with mild cough, chest clear; pulmonary
  fibrosis, stable PFTs; asthma action plan for school; flu and pneumococcal vaccines in COPD; sleep study result,
  mild OSA
urgent: cough with green sputum and fever 38.6, saturations 95%; COPD exacerbation, more sputum, managing at home;
  asthma waking her four nights this week; haemoptysis, streaks only, for a week; pleural effusion, moderate,
  breathless on stairs; suspected lung mass on chest film; night sweats and weight loss with cavity, TB suspected;
  right lower lobe pneumonia, CURB-65 of 1;
  peak flow down to 60% of best; persistent breathlessness after COVID, new oxygen drop on walking; whooping cough in
  an infant contact; worsening breathlessness in fibrosis over weeks; prednisone finished and wheeze back; pleuritic
  pain with low-probability PE; productive cough not clearing after antibiotics; croup, mild stridor only when crying
asap: pulmonary embolism confirmed, blood pressure stable; pneumonia with saturations 89% on air; small spontaneous
  pneumothorax, breathless; asthma attack not settling after ten puffs, talking in phrases; infant with bronchiolitis,
  feeding poorly, sats 91%; COPD with CO2 retention, drowsy but rousable; coughing up a cupful of blood this morning;
  empyema, spiking fevers; inhaled peanut, wheeze on one side, stable;
  respiratory rate 32 using accessory muscles; severe asthma, peak flow 40%; smoke inhalation with hoarse voice; sats
  87% on usual home oxygen; suspected PE, calf swollen, heart rate 118; COVID pneumonia needing oxygen today;
  tracheostomy tube partly blocked, suctioned
stat: silent chest, exhausted, saturations 78%; tension pneumothorax, trachea deviated; respiratory arrest; choking,
  cannot speak or cough; massive haemoptysis, airway filling; massive PE with systolic 70; status asthmaticus,
  intubation prepared; apnoeic infant, blue; stridor at rest, drooling, sitting forward; CO2 narcosis, not rousable,
  breathing 6 per minute; near drowning, not breathing on own; gasping, lips blue, oxygen not helping;
  life-threatening asthma, GCS falling; tracheostomy out, cannot ventilate
lay routine: can you renew my blue and brown inhalers; my CPAP mask leaves marks, is there another size; my cough from
  last month is gone, do I still need the x ray; six weeks no cigarettes, thank you; which pneumonia vaccine should I
  have
lay urgent: my cough is getting worse and the phlegm turned green with fever; using my blue inhaler every four hours
  since the weekend; I coughed up a bit of blood again this morning, just streaks; my son wakes wheezing every night
  this week; more breathless on the stairs than last week
lay asap: I can only say a few words before I need a breath, inhaler hardly helps; my oxygen meter says 88 and it
  normally is 95; the baby is breathing very fast and not taking the bottle; sharp pain when I breathe in and out of
  breath since this morning after my surgery; coughed up about half a cup of blood
lay stat: my daughter cant breathe, lips are blue; he is choking and cant make a sound; she stopped breathing; asthma
  attack, she is going limp
had: asthma; COPD; sleep apnea; pneumonia in {past}; pulmonary embolism in {past}; TB treated in {past};
  bronchiectasis; 40 pack-year smoking; pneumothorax in {past}; sarcoidosis
drug: albuterol inhaler as needed; salbutamol 2 puffs; fluticasone/salmeterol; tiotropium; prednisone 40 mg for 5
  days; budesonide/formoterol; montelukast 10 mg; amoxicillin 500 mg; azithromycin; doxycycline 100 mg; home oxygen 2
  L; umeclidinium/vilanterol; nebulised ipratropium; nicotine patch; pirfenidone; dupilumab; mucolytic carbocisteine
no: shortness of breath; cough; hemoptysis; wheezing; pleuritic pain; night sweats
exam: chest clear bilaterally; scattered wheeze; crackles right base; good air entry; FEV1 68% predicted; SpO2 97% on
  air; no clubbing; dull percussion left base; prolonged expiration; barrel chest
dept: Respiratory clinic; Chest clinic; Sleep clinic; Pulmonary rehab; Asthma nurse; ICU outreach
""",
    "gastroenterology": """
routine: screening colonoscopy, average risk; reflux controlled on omeprazole; irritable bowel review, symptoms
  settled with diet; coeliac disease annual bloods, normal; ulcerative colitis in remission, calprotectin low; polyp
  surveillance due next year; fatty liver, enzymes stable; hepatitis C cured, SVR confirmed; haemorrhoids, occasional
  spotting, known; constipation managed with fibre; gallbladder removed in {past}, no problems; Barrett's
  surveillance, no dysplasia;
  H. pylori eradication confirmed; lactose intolerance advice; compensated cirrhosis, six-monthly ultrasound clear;
  umbilical hernia, reducible, watchful waiting; hiatus hernia, mild symptoms; travel diarrhoea, already better;
  pancreatitis in {past}, no recurrence; infant reflux, thriving; Crohn's on infliximab, deep remission;
  diverticulosis found at colonoscopy; stoma check, healthy
urgent: painless jaundice for one week; iron deficiency with change of bowel habit; Crohn's flare, eight stools a day;
  biliary colic, third attack this month; difficulty swallowing solids, weight loss 6 kg; positive FIT test;
  diverticulitis, low-grade fever, tolerating fluids; ALT 640, feels unwell; bloody diarrhoea for five days, drinking
  well; melaena two days ago, haemoglobin 11.2, stable; ascites increasing; abdominal pain after meals with ulcer
  suspected;
  dehydrated child with gastroenteritis, still passing urine; new faecal incontinence; PEG tube site infected; C.
  difficile positive, mild; food sticking intermittently; anal abscess, sore and swollen
asap: right iliac fossa pain with guarding, appendicitis suspected; acute cholecystitis, fever 38.9; bowel
  obstruction, vomiting, distended, stable; acute pancreatitis, lipase 2400; spontaneous bacterial peritonitis
  suspected; ascending cholangitis, rigors, pressure 108/64; food bolus stuck, swallowing no saliva; incarcerated
  hernia, tender, irreducible; haematemesis once, pulse 104; severe colitis, twelve bloody stools, tachycardic;
  hepatic encephalopathy grade 2; button battery swallowed an hour ago; melaena with haemoglobin 7.9; intussusception
  suspected, drawing up legs; volvulus on film, not yet ischaemic; sigmoid perforation small, contained
stat: vomiting fresh blood, systolic 74; variceal haemorrhage, pouring blood; perforated ulcer, rigid abdomen,
  shocked; ischaemic bowel, lactate 9, collapsing; massive rectal bleeding, unresponsive to voice; ruptured spleen
  after fall, pressure unrecordable; toxic megacolon with shock; septic shock from cholangitis on adrenaline; liver
  laceration, transfusing in resus; abdominal compartment with arrest imminent; exsanguinating bleed after
  polypectomy; oesophageal rupture, surgical emphysema and shock
lay routine: what should I eat the day before my colonoscopy; omeprazole is working fine, can I get three months; my
  IBS is ok with the diet sheet; my hemorrhoid cream ran out; result letter says polyps were harmless, when is the
  next one
lay urgent: my eyes went yellow this week; blood in my poo for four days, feeling ok otherwise; food keeps sticking
  when I swallow and I lost weight; belly cramps and diarrhea ten times a day with my crohns; black stool on Tuesday,
  normal now, bit tired
lay asap: really bad pain low on the right side of my tummy, cant stand straight, and throwing up; my lump in the
  groin is hard and I cant push it back, vomiting; toddler swallowed a battery this morning; meat stuck in my throat
  pipe, I cant even swallow spit; threw up something like coffee grounds this morning
lay stat: he is vomiting bowls of bright red blood and passed out; blood pouring from her bottom and she is white as a
  sheet; belly rock hard, he is cold and barely awake
had: GERD; Crohn's disease; peptic ulcer in {past}; cholecystectomy in {past}; hepatitis C; appendectomy in {past};
  diverticulosis; IBS; cirrhosis; pancreatitis in {past}
drug: omeprazole 20 mg; pantoprazole 40 mg; mesalazine; lactulose; infliximab infusion; loperamide; ursodiol;
  metoclopramide; senna; ciprofloxacin and metronidazole; rifaximin; ondansetron 4 mg; budesonide 9 mg; azathioprine;
  polyethylene glycol; sucralfate
no: abdominal pain; nausea or vomiting; melena; diarrhea; heartburn; dysphagia; rectal bleeding
exam: abdomen soft, non-tender; bowel sounds present; no hepatosplenomegaly; RUQ tenderness; Murphy's sign positive;
  distended, tympanic; rectal exam normal; icteric sclera; shifting dullness; reducible hernia
dept: GI clinic; Endoscopy unit; Liver clinic; Surgical assessment; IBD nurse; Dietetics
""",
    "neurology": """
routine: migraine review, two attacks a month, controlled; epilepsy, seizure free three years; Parkinson's, stable on
  levodopa; MS review, no relapse, MRI unchanged; essential tremor, mild; old stroke in {past}, full recovery; tension
  headaches, normal exam; carpal tunnel, mild, night splint; Bell's palsy fully recovered; restless legs review;
  peripheral neuropathy, stable; memory clinic annual review, unchanged MMSE; febrile convulsion last year, child
  well;
  botulinum toxin for migraine, cycle 4; benign positional vertigo, resolved with Epley; concussion cleared to return
  to sport; trigeminal neuralgia controlled; TIA in {past}, on clopidogrel, well; driving licence epilepsy form;
  Tourette's, tics mild; VP shunt check, working; sciatica improving with exercise; neurofibromatosis yearly check
urgent: TIA two days ago, resolved, ABCD2 of 3; new headaches in a 62-year-old with jaw pain; first seizure last week,
  recovered; MS relapse with numb leg; progressive hand weakness over weeks; breakthrough seizures, two this week;
  papilloedema suspected by optician, vision normal; Parkinson's falls and freezing increasing; new foot drop; memory
  declining rapidly over two months; shingles pain with facial rash near ear; Bell's palsy since yesterday;
  post-concussion headache worsening, alert; worst migraine in years, day three; valproate level toxic, unsteady;
  numbness rising from feet over a week, walking; double vision since Saturday, pupils normal; myasthenia, more ptosis
  and chewing fatigue
asap: cauda equina symptoms, saddle numbness and retention; sudden worst headache yesterday, neck stiff, GCS 15;
  fever, headache and photophobia, meningitis suspected; ascending weakness, vital capacity falling slowly; TIA twice
  this morning, now normal; cluster of seizures, three today, awake between; acute confusion with fever, encephalitis
  suspected; subdural on scan, drowsy, obeys commands; giant cell arteritis with visual blurring; cord compression
  suspected, legs weakening;
  VP shunt blocked, vomiting and headache; head injury on warfarin, repeated vomiting; stroke 20 hours ago, stable
  deficit; myasthenic crisis early, weak cough; new brain tumour with oedema, vomiting; botulism suspected, drooping
  and slurring
stat: facial droop and right arm weakness, onset 40 minutes ago; status epilepticus, seizing 15 minutes; thunderclap
  headache then collapse, GCS 6; stroke within thrombolysis window, NIHSS 17; fixed dilated left pupil after head
  injury; convulsing now, not responding to lorazepam; coning, extensor posturing; basilar occlusion, losing
  consciousness; last known well 09:10, aphasia and hemiplegia, stroke code; uncal herniation, mannitol given;
  meningococcal coma, seizing; Guillain-Barre with respiratory failure, being intubated; found unresponsive, one pupil
  blown; intracerebral haemorrhage, GCS dropping 14 to 8
lay routine: refill of my migraine tablets please, two headaches a month; no seizures since last visit, need the DMV
  form; tremor about the same; when can I start football again after my concussion, no symptoms for 3 weeks; memory
  same as last year says my wife
lay urgent: my face went droopy on one side yesterday, doctor said not a stroke, it is Bell's; I had two fits this
  week, first in a year; pins and needles in both feet moving up since last week; headache every day for two weeks,
  new for me; seeing double since Saturday
lay asap: numb between my legs and I cant pee, back pain since yesterday; fever, stiff neck and light hurts my eyes;
  my arm went weak twice this morning for ten minutes, ok now; grandad on blood thinner hit his head and keeps being
  sick; she had three seizures today
lay stat: mums face is drooping and she cant speak, started 20 minutes ago; he is still seizing, its been ten minutes;
  worst headache of her life and now she wont wake up; his arm and leg just stopped working, speech is mumbled
had: stroke in {past}; epilepsy; migraine; TIA in {past}; Parkinson's disease; multiple sclerosis; neuropathy; head
  injury in {past}; essential tremor
drug: levetiracetam 500 mg bd; lamotrigine 100 mg; topiramate; sumatriptan as needed; carbidopa/levodopa; gabapentin
  300 mg; propranolol 40 mg for migraine; amitriptyline 10 mg; donepezil 5 mg; clopidogrel after TIA; carbamazepine;
  fingolimod; erenumab; pregabalin; phenytoin; ropinirole
no: headache; dizziness; weakness; numbness; seizures; visual changes; slurred speech
exam: cranial nerves intact; power 5/5; reflexes symmetric; gait steady; Romberg negative; left arm drift; nystagmus
  to right; resting tremor; MMSE 27/30; plantars downgoing; sensory level at T10
dept: Neurology clinic; Stroke unit; Headache clinic; Epilepsy nurse; Memory clinic; Movement disorders
""",
    "orthopedic": """
routine: knee osteoarthritis, considering injections; six-week check after hip replacement, walking well; ankle
  sprain, healing, physio started; rotator cuff tendinopathy, improving; tennis elbow, brace; plantar fasciitis;
  bunion consult; scoliosis in a teenager, 15 degrees, yearly film; healed wrist fracture, cast off; chronic low back
  pain, no red flags; osteoporosis, DEXA repeat; ACL repair three months, on track; trigger finger, injection; frozen
  shoulder, thawing; flat feet in a child, flexible;
  gout between attacks, urate at goal; shin splints in runner; growing pains, normal exam; knee replacement in {past},
  x-ray sound; finger jam, buddy tape; stress fracture healed, return to run; meniscal tear, mild, exercises; ganglion
  of wrist; arthritis of thumb; sports physical; clavicle fracture week 8, united; old rotator cuff repair, full
  motion
urgent: wrist fracture, undisplaced, splinted, fracture clinic; knee locked since football yesterday; Achilles
  rupture, in boot; worsening sciatica with mild foot weakness; suspected scaphoid fracture; gout flare, unable to
  bear weight; metatarsal fracture; wedge fracture of L1, neurologically intact; shoulder dislocated and reduced,
  sling; hot swollen prosthetic knee, mild, afebrile; ankle fracture, stable, non-weight-bearing; child limping for
  three days, afebrile; torn biceps tendon; hip pain in teenager, slipped epiphysis mild; finger tendon cut, splinted;
  patella fracture, undisplaced; wound oozing ten days after knee surgery; cast too loose, fracture shifting; rib
  fractures, pain controlled
asap: hip fracture after fall, comfortable with block, surgery today; hot swollen knee with fever, septic arthritis
  suspected; displaced supracondylar fracture, hand warm; open finger fracture, antibiotics given; dislocated shoulder
  not reduced, numb patch; compartment syndrome early, pain out of proportion; toddler will not move hip, febrile 39;
  infected hip replacement, pus; both-bone forearm fracture, angulated; tight cast, fingers swollen and blue; femur
  fracture, splinted, stable; dislocated hip prosthesis; hand bite wound over knuckle, spreading; unstable cervical
  fracture, no deficit, collar on; osteomyelitis with fever; flexor sheath infection of finger; displaced ankle
  fracture, skin blanching
stat: open femur fracture with spurting bleeding; pulseless cold hand after elbow fracture; traumatic amputation of
  leg, tourniquet on; open-book pelvis, pressure 70; crushed leg, no pulses, compartment tense; knee dislocation, foot
  white and pulseless; neck fracture with no movement below shoulders; pelvic fracture, massive transfusion running;
  arm torn off in machine; mangled limb, exsanguinating; polytrauma with femoral and pelvic fractures, shocked;
  necrotising fasciitis of thigh, septic shock; hand severed by saw, bleeding through dressing
lay routine: my knee is doing ok after the injection; when do I get my cast off, no pain; physio going well for my
  shoulder; is it fine to run again 12 weeks after the ankle sprain; need a note for football, exam was fine
lay urgent: twisted my knee yesterday and it wont straighten; toe joint red and so sore I cant put the sheet on it;
  think I broke my wrist, swollen, ER gave a splint and said see ortho; my little girl has been limping for three
  days; heard a pop in my heel, cant go on tiptoe
lay asap: my new knee is hot, swollen and I have fever 39; fingers blue and numb in this cast; grandma fell, leg is
  short and turned out, she cant move it; shoulder is out and my hand tingles; bone pain and fever after my plate
  surgery
lay stat: his leg is crushed under the tractor and bleeding everywhere; the bone is sticking out and blood is
  spurting; she dived in and cant feel or move anything; saw took off his fingers, bleeding wont stop
had: knee replacement in {past}; osteoarthritis; hip fracture in {past}; rheumatoid arthritis; osteoporosis; back
  surgery in {past}; gout; ACL tear in {past}; ankle fracture in {past}
drug: ibuprofen 400 mg; naproxen 500 mg; alendronate weekly; allopurinol 100 mg; colchicine; acetaminophen; diclofenac
  gel; cyclobenzaprine; methylprednisolone injection; calcium and vitamin D; tramadol short course; celecoxib;
  denosumab; enoxaparin after surgery; glucosamine
no: joint pain; back pain; trauma; joint swelling; numbness of the limb; falls
exam: full range of motion; no deformity; neurovascularly intact distally; tender over lateral malleolus; negative
  Lachman; straight leg raise negative; swelling and bruising; crepitus of knee; antalgic gait; tender anatomical
  snuffbox; scar well healed
dept: Orthopaedic clinic; Fracture clinic; Sports medicine; Spine clinic; Physio; Hand clinic
""",
    "urology_nephrology": """
routine: BPH, symptoms controlled on tamsulosin; stable CKD stage 3, creatinine unchanged; PSA surveillance, 3.1 and
  steady; kidney stone in {past}, none since; vasectomy counselling; renal transplant annual check, good function;
  overactive bladder better on mirabegron; simple renal cyst; circumcision healed; uncomplicated cystitis, resolved;
  dialysis monthly review, targets met; erectile dysfunction review; nocturnal enuresis in a seven-year-old; bladder
  cancer surveillance cystoscopy clear;
  microalbuminuria stable; long-term catheter change; hydrocele, painless; polycystic kidneys, yearly bloods;
  recurrent UTI prophylaxis review; undescended testis clinic, elective; pelvic floor physio; prostate biopsy benign;
  AV fistula working well; nephrotic syndrome in remission; kidney donor annual check
urgent: visible painless haematuria, clots none; UTI not responding to nitrofurantoin; creatinine up from 110 to 190;
  6 mm ureteric stone, pain controlled; raised PSA 14; testicular lump found last week; new leg swelling with heavy
  proteinuria; epididymitis, afebrile; dialysis patient 3 kg over dry weight, comfortable; potassium 5.9 in CKD;
  urinary frequency and flank ache, temperature 38.1; scrotal swelling, mild; pyelonephritis, drinking, stable;
  catheter leaking and bypassing; balanitis with tight foreskin; phosphate 2.6 and itching on dialysis; cloudy
  dialysate, suspected early infection; residual volume 450 ml; renal mass on ultrasound
asap: acute urinary retention, 900 ml, in pain; pyelonephritis with rigors, single kidney; infected obstructed stone,
  39.2; potassium 6.6 with peaked T waves; acute kidney injury, anuric 12 hours; paraphimosis, swollen four hours;
  missed two dialysis sessions, breathless; peritoneal dialysis peritonitis; clot retention; transplant kidney
  rejection suspected, creatinine doubled; Fournier's suspected early; priapism three hours; renal colic, uncontrolled
  by morphine; penile fracture; post-biopsy fever and shaking; blocked nephrostomy with fever; rhabdomyolysis, CK
  40,000; urosepsis, pressure 102/58, lactate 2.4
stat: testicular torsion, onset two hours, theatre now; potassium 7.9, sine wave on ECG; urosepsis, systolic 70, on
  noradrenaline; arrest in dialysis unit; fistula bleeding, spurting, will not stop; kidney laceration with
  haemorrhagic shock; Fournier's gangrene, septic shock; hyperkalaemia with wide QRS and rate 28; fluid overload, no
  dialysis a week, gasping pink froth; ruptured fistula aneurysm; torsion of single testis, blue scrotum; obstructed
  infected kidney, pressure falling, confused
lay routine: my stream is better on the new tablet; can I book the vasectomy for spring; my kidney numbers were the
  same as last year, thanks; need more catheter bags delivered; son still wets the bed some nights, what next
lay urgent: blood in my pee, no pain; found a lump on my testicle in the shower; burning when I pee, third day on
  antibiotic and no better; passing a stone I think, tablets just about hold it; my legs are puffy and pee is foamy
lay asap: havent been able to pee since last night, belly is bursting; fever, shaking and back pain with only one
  kidney; missed dialysis twice and cant breathe well lying down; foreskin stuck back and swollen since this morning;
  peed clots and now nothing comes
lay stat: sudden terrible pain in my son's testicle an hour ago, its swollen and high; blood is shooting out of his
  dialysis arm; after missing dialysis he collapsed, hardly a pulse
had: kidney stones; CKD stage 3; BPH; recurrent UTI; renal transplant in {past}; prostate cancer treated in {past};
  nephrectomy in {past}; bladder suspension in {past}
drug: tamsulosin 0.4 mg; finasteride 5 mg; nitrofurantoin; trimethoprim; mirabegron; tacrolimus; sevelamer; epoetin;
  oxybutynin; ciprofloxacin; sodium bicarbonate; solifenacin; cefalexin; sildenafil; potassium citrate; desmopressin
no: dysuria; hematuria; flank pain; urinary frequency; incontinence; testicular pain
exam: no CVA tenderness; bladder not palpable; prostate smooth, moderately enlarged; testes normal; fistula with good
  thrill; urinalysis negative; leukocytes and nitrites positive; bladder palpable to umbilicus; eGFR 48
dept: Urology clinic; Renal clinic; Dialysis unit; Continence nurse; Transplant clinic; Stone clinic
""",
    "obstetrics_gynecology": """
routine: antenatal visit at [12|16|20|28|34] weeks, all well; Pap smear recall; contraceptive pill repeat; IUD check,
  strings seen; six-week postnatal check, healing well; menopause consult, hot flushes; fibroids, small, no symptoms;
  PCOS follow-up; fertility counselling, first visit; normal anomaly scan; heavy periods, better on tranexamic acid;
  pessary change; HPV vaccine; coil insertion; previous C-section in {past}, counselling on birth plan; gestational
  diabetes, diet controlled, growth normal;
  breastfeeding support; endometriosis stable on dienogest; vaginal thrush, treated; ovarian cyst 3 cm, simple,
  rescan; pregnancy confirmation 7 weeks; normal mammogram and breast check; lichen sclerosus review; hysterectomy in
  {past}, no concerns; Rh negative, anti-D given on schedule; preconception folic acid advice; twins 24 weeks, growing
  well; preeclampsia in first pregnancy {past}, now normal pressure
urgent: postmenopausal bleeding, two episodes; CIN 3 on smear; threatened miscarriage at 8 weeks, light spotting,
  stable; blood pressure 146/94 at 33 weeks, no symptoms; reduced growth on scan, Dopplers normal; mastitis, feverish,
  feeding; breast lump, new; pelvic inflammatory disease, tolerating tablets; hyperemesis, ketones 2+, drinking
  little; itching palms at 35 weeks, bile acids raised; ovarian mass 9 cm, CA-125 raised; wound infection after
  C-section; painful Bartholin's abscess; breech at 37 weeks; missed miscarriage on scan, options; heavy periods,
  haemoglobin 84; placenta low lying, spotting stopped; urine infection in pregnancy; decreased movements yesterday,
  CTG normal today; postpartum low mood with poor latch; unprotected sex, wants emergency contraception
asap: no fetal movements since this morning at 36 weeks; preterm labour at 30 weeks, contractions regular;
  preeclampsia 168/112 with headache; suspected ectopic, left pain, haemodynamically stable; waters broken at 33
  weeks, clear; ovarian torsion suspected, vomiting; retained placenta, bleeding 400 ml; vaginal bleeding at 29 weeks,
  painless, stable; postpartum endometritis 39.1; active labour, meconium, CTG suspicious; incomplete miscarriage,
  heavy, pulse 110; tubo-ovarian abscess; HELLP, platelets 78; secondary postpartum bleed, soaked four pads;
  chorioamnionitis; ketotic hyperemesis, cannot keep water; reactive twin trace lost, for theatre today
stat: cord prolapse, theatre now; eclamptic seizure at 37 weeks; postpartum haemorrhage 2500 ml and running; ruptured
  ectopic, collapsed, pressure 60; placental abruption, rigid uterus, fetal heart 60; shoulder dystocia, head
  delivered; uterine rupture; fetal bradycardia eight minutes, category 1 section; amniotic fluid embolism, arrest;
  maternal collapse in labour; crowning breech with head trapped; massive antepartum bleed, placenta praevia, shocked;
  uterine inversion, pulseless; baby born in car park, not breathing
lay routine: can I get my pill for another year; 20 weeks and feeling good, which vitamins should I keep taking; smear
  result normal, when is the next; hot flashes a bit better; stitches healed, can I swim; how do I book my dating scan
lay urgent: bleeding again after menopause, second time this month; found a hard lump in my breast; 8 weeks and some
  light spotting, no pain; breast red and hot and I have chills, still nursing; itchy hands and feet at 35 weeks,
  worse at night; condom broke last night
lay asap: 36 weeks and havent felt the baby move since morning; waters went at 33 weeks; awful headache, seeing spots,
  swollen, 35 weeks; 6 weeks pregnant with bad pain on one side; soaked four pads in two hours after having the baby
  last week
lay stat: I can feel the cord coming out, 38 weeks; my wife is fitting, she is 9 months pregnant; bleeding down my
  legs, wont stop, baby was born an hour ago, going faint; pregnant, sudden belly pain and she passed out, grey
had: C-section in {past}; hysterectomy in {past}; endometriosis; two miscarriages; PCOS; preeclampsia in {past}; G3P2;
  tubal ligation in {past}; fibroids
drug: folic acid 400 mcg; combined oral contraceptive; levonorgestrel IUS; labetalol 100 mg; prenatal vitamins;
  estradiol patch; metronidazole; tranexamic acid; clomiphene; anti-D; oral progesterone; letrozole 2.5 mg; magnesium
  sulfate; norethisterone; misoprostol; doxylamine-pyridoxine
no: vaginal bleeding; pelvic pain; contractions; abnormal discharge; loss of fluid; breast pain
exam: fundal height 28 cm; fetal heart 142; cervix closed; uterus anteverted, normal size; adnexa clear; perineum
  healing; cervix 3 cm dilated; blood in vault; breasts soft; speculum normal; cephalic, 3/5 palpable
dept: Antenatal clinic; Maternity triage; Gynaecology clinic; Early pregnancy unit; Colposcopy; Labour ward
""",
    "psychiatry": """
routine: depression in remission on sertraline; ADHD medication review, doing well at school; anxiety, better after
  CBT; bipolar, stable on lithium, level 0.7; schizophrenia, settled on depot; insomnia, sleep hygiene; panic
  disorder, no attacks for two months; OCD improving; alcohol free nine months, keyworker; grief counselling;
  adjustment to retirement, mild low mood, no self-harm thoughts; PTSD therapy session 8; autism assessment feedback;
  couples therapy; suicide attempt in {past}, now well, future plans;
  methadone maintenance, stable; eating disorder recovered, BMI 21; phobia of flying; dementia behaviour settled; work
  stress, sick note; social anxiety group; clozapine blood monitoring, normal; postnatal depression resolved;
  medication taper plan; gambling support group
urgent: low mood worsening, passive thoughts of not waking, no plan; panic attacks daily, cannot work; hypomania,
  sleeping 3 hours, spending; relapse of drinking, wants detox; lithium level 1.3, tremor; hearing voices again, not
  commanding, keeps appointments; self-harm cuts, superficial, with support at home; BMI 15.5, bloods normal; stopped
  antipsychotic two weeks ago, guarded; depression with weight loss and not eating much; postpartum low mood,
  intrusive thoughts, no intent; opioid withdrawal, restless; severe anxiety after assault last week; teenager
  refusing school, self-harm ideas without plan; new paranoia about neighbours; benzodiazepine dependence running out
  of supply; insomnia total for four nights with agitation; clozapine, neutrophils dropping to amber
asap: suicidal with a plan, agreed to come in, wife staying; manic, psychotic, wandering in traffic yesterday; command
  hallucinations to hurt himself, not acted; postpartum psychosis, baby with grandmother; delirium tremens starting,
  shaking, seeing insects; catatonic, not drinking; took 12 sertraline tablets this morning, alert; clozapine with
  fever and sore throat, neutrophils 0.8; threatening neighbour, bought knife, police informed; anorexia, BMI 12.8,
  pulse 38; serotonin syndrome, sweating and clonus, stable; overdose of unknown tablets last night, walking; wrote
  goodbye letters, collecting pills; lithium toxic 2.4, ataxic; detained for assessment, refusing food and fluids;
  hearing voices telling her to harm the baby, in hospital with nurse
stat: found hanging, cut down, breathing poorly; massive tricyclic overdose, QRS wide, seizing; has a gun to his head
  now, negotiator on scene; violent, attacking staff with a blade, restraint team called; standing on the bridge rail,
  will jump; cut both wrists deeply, bleeding heavily; opioid overdose, respiratory rate 4, naloxone given; excited
  delirium, temperature 41, collapsing in restraint; overdose with GCS 5; neuroleptic malignant syndrome, 41.5, rigid,
  crashing; drank antifreeze, comatose; holding child over balcony; swallowed bleach to die, airway swelling; alcohol
  withdrawal seizure, still convulsing
lay routine: my mood is good, same dose please; sleeping better with the app; my son's ADHD tablets are fine, need the
  next script; therapy went well last week; nine months sober today
lay urgent: feeling lower each day since I changed tablets, I would not do anything but cant work; panic every day,
  cant leave the house; voices are back a bit, they just mumble; started drinking again, I want help; daughter is
  scratching her arms, she talked to me about it
lay asap: I keep thinking about ending it and I have the pills here, my sister is with me; my brother hasnt slept for
  5 nights, says he is God, ran into the road; he took a handful of his tablets this morning, says he's ok; she hears
  voices telling her to hurt the baby, my mum has the baby; dad stopped drinking Sunday and now sees spiders and
  shakes
lay stat: he has the rope and locked the door, says goodbye; found my friend, empty bottles, not waking, breathing
  slow; she cut her wrists, blood everywhere; he is on the roof edge about to jump
had: depression; suicide attempt in {past}; bipolar disorder; anxiety; alcohol dependence, sober since {past}; PTSD;
  schizophrenia; ADHD; eating disorder in {past}
drug: sertraline 50 mg; fluoxetine 20 mg; lithium 400 mg; olanzapine 10 mg; quetiapine 50 mg at night; methylphenidate
  18 mg; escitalopram 10 mg; mirtazapine 15 mg; clozapine; aripiprazole 5 mg; buprenorphine/naloxone; diazepam
  reducing dose; venlafaxine 75 mg; naltrexone; paliperidone depot; trazodone 50 mg
no: suicidal ideation; hallucinations; low mood; thoughts of self-harm; panic; alcohol use
exam: good eye contact, euthymic; affect flat; speech pressured; no psychotic features; PHQ-9 of 6; PHQ-9 of 19;
  thought form linear; insight partial; well kempt; GAD-7 of 12; oriented, cooperative
dept: Mental health clinic; Crisis team; CAMHS; Addiction service; Perinatal mental health; Day hospital
""",
    "dermatology": """
routine: acne review, improving on adapalene; eczema, well controlled; annual skin check, no concerning moles;
  psoriasis, mild plaques on elbows; wart, cryotherapy round 2; seborrhoeic keratosis, benign, reassurance; rosacea;
  fungal toenail; basal cell carcinoma excised, clear margins; dandruff; minor burn healed, no scar; melanoma in
  {past}, no recurrence; skin tags; molluscum in a child; hand dermatitis in a hairdresser; isotretinoin month 5
  bloods normal; stitches out, wound clean; vitiligo; alopecia areata regrowing; keloid injection; sunburn, mild,
  first degree; pityriasis rosea; lipoma on back; hyperhidrosis; stable leg ulcer, dressing weekly; urticaria settled
  on cetirizine; ringworm nearly gone; diaper rash; bed bug bites
urgent: changing mole, irregular, bled twice; cellulitis of shin, marked edge, oral antibiotics; shingles on chest,
  day 2; infected eczema, weeping; scabies in whole household; abscess of axilla, fluctuant; partial-thickness burn of
  forearm, 3%; psoriasis flaring over trunk; new blisters in an 80-year-old, suspected pemphigoid; rapidly growing
  nodule on ear; dog bite on calf, cleaned, sutured; wound dehiscence, small; drug rash, itchy, well; impetigo
  spreading in a toddler; leg ulcer smelly, growing; biopsy report of melanoma 0.8 mm; hives daily with lip swelling
  settled; pressure ulcer stage 3; hand laceration sutured, edges red; suspected squamous cell carcinoma; tick bite
  with expanding ring; severe nodular acne, scarring; paronychia, pus
asap: cellulitis with fever 39 and tracking up the leg; scald of 9% in a toddler; eczema herpeticum, fever; orbital
  skin infection closing the eye, well; rash with mouth sores after lamotrigine, early Stevens-Johnson; erythroderma,
  shivering; deep hand burn from chemical, irrigated; face burn, singed brows, voice normal; widespread pustules with
  fever; purpuric rash, non-blanching, alert; infected wound with lymphangitis and rigors; circumferential burn of
  wrist, fingers cool; frostbite of toes, blistered; electrical burn of hand, heart normal; staphylococcal scalded
  skin in a baby; pemphigus with 20% erosions; facial laceration through the lip, bleeding controlled; DRESS, facial
  swelling, liver enzymes high; hydrofluoric acid splash on fingers, calcium gel on
stat: full-thickness burns of 60%, flame; burn of face and neck with stridor, tube now; toxic epidermal necrolysis
  40%, shocked; necrotising skin infection racing up the trunk, pressure 65; meningococcal purpura spreading by the
  minute, mottled, cold; lightning burn, in arrest; deep neck laceration, pumping blood; scald of 45% in a child,
  unresponsive; burn shock, unrecordable pressure; acid attack to face, airway swelling; purpura fulminans, limbs
  black, collapsing; explosion burns of 70% with inhalation
lay routine: my acne is clearing, keep the gel?; need more of the eczema cream; the mole you froze fell off, all good;
  wart is nearly gone; scar from the burn looks fine; can I have something for dandruff
lay urgent: mole on my back is darker and bled twice; red hot patch on my shin getting bigger since yesterday; painful
  blisters in a stripe on my ribs; dog bit my leg, clinic cleaned it, now its red around; whole family itching at
  night; big boil under my arm
lay asap: redness has run up my leg with a red streak and I have chills; toddler pulled hot tea over his chest,
  blistering; new rash and sores in my mouth since starting lamotrigine; my hand got drain cleaner on it, deep white
  burn; purple spots that dont fade, with fever, she is awake
lay stat: his clothes caught fire, most of his skin is burned; skin coming off in sheets and she is barely awake; face
  burned in the fire and he cant breathe; purple blotches spreading while I look and he is going limp
had: eczema; psoriasis; melanoma in {past}; skin graft in {past}; basal cell carcinoma in {past}; acne; cellulitis in
  {past}; rosacea
drug: hydrocortisone 1% cream; betamethasone ointment; emollient; isotretinoin 20 mg; doxycycline for acne;
  clotrimazole cream; adapalene gel; mupirocin ointment; methotrexate weekly for psoriasis; tacrolimus ointment;
  permethrin cream; calcipotriol; cetirizine 10 mg; silver sulfadiazine; adalimumab; ketoconazole shampoo;
  terbinafine; flucloxacillin
no: rash; itching; new moles; hair loss; hives; skin breakdown
exam: skin intact; scaly plaques on extensor surfaces; no suspicious lesions on dermoscopy; erythema and warmth;
  comedones on face; vesicles in a dermatome; asymmetric pigmented lesion 8 mm; burn blanches with pressure; wound
  edges approximated; slough in wound bed; excoriations in web spaces
dept: Dermatology clinic; Burns unit; Wound clinic; Skin cancer clinic; Phototherapy; Minor injuries
""",
    "endocrinology": """
routine: type 2 diabetes review, HbA1c 6.8%; hypothyroidism, TSH 2.1 on levothyroxine; type 1 diabetes, pump download,
  time in range 74%; thyroid nodule, benign cytology; prediabetes, lifestyle advice; Graves' in remission; vitamin D
  replete; PCOS metabolic screen, normal; adrenal incidentaloma, non-functioning, stable; hyperparathyroidism, mild,
  watch; growth clinic, on centile; foot check, low risk; CGM training; metformin refill; obesity clinic, lost 8 kg on
  semaglutide; testosterone replacement, levels fine; Addison's, sick-day rules rehearsed; thyroidectomy in {past},
  stable dose; prolactinoma, shrinking; diabetes education class; menopause bone health, calcium; goitre, unchanged;
  insulin titration, fasting 6.1; short stature, normal tests; diabetic eye and foot screen due
urgent: HbA1c 12.1%, thirsty, ketones negative; TSH 48, tired and cold; hypoglycaemia three nights this week, treats
  himself; Graves' new, pulse 104, losing weight; glucose 19 on steroids; diabetic foot ulcer, shallow, no fever;
  calcium 2.95; type 1 with ketones 0.9, drinking; cortisol low at 90, dizzy; sodium 127, on thiazide; pump failing,
  on pens meanwhile; thyroid eye disease, gritty, vision normal; new type 1 suspected in a child, glucose 14, well;
  phosphate low after bariatric surgery; goitre growing, swallowing uncomfortable; carbimazole and a sore throat,
  counts pending; glucose 23 after missed insulin, no ketones; pituitary mass, fields normal; potassium 3.0 with
  hypertension, Conn's suspected; TSH suppressed in pregnancy, palpitations
asap: DKA, pH 7.24, alert, fluids running; glucose 34 with osmolality 330, drowsy; Addison's vomiting, needs
  hydrocortisone injection soon, pressure 100/60; calcium 3.6, confused; glucose 2.4 twice today on gliclazide,
  responsive; infected diabetic foot, spreading, febrile; ketones 4.2, vomiting, type 1; thyrotoxic, pulse 142,
  febrile 38.4; agranulocytosis on carbimazole, fever; sodium 117, confused; new type 1 child, ketones 3.8, breathing
  fast, talking; pheochromocytoma, 218/126, sweating; calcium 1.7, cramps and tingling after thyroidectomy; pituitary
  apoplexy, headache and double vision, stable; insulin overdose by accident, glucose 3.1 on dextrose; euglycaemic
  ketoacidosis on dapagliflozin, nausea; diabetes insipidus, sodium 156
stat: glucose 1.1, unresponsive, seizing; DKA, pH 6.85, GCS 7; adrenal crisis, systolic 58, collapsing; thyroid storm,
  41 degrees, delirious, pulse 190; myxoedema coma, 29 degrees, breathing 6; hyperosmolar coma, glucose 62;
  hypoglycaemic coma, no glucagon response; neck haematoma after thyroidectomy, airway closing; cerebral oedema in
  child with DKA, pupils unequal; sodium 104, status seizures; calcium 4.6 with arrest rhythm; phaeo crisis, pressure
  290 and pulmonary oedema; unrousable diabetic, meter reads LOW
lay routine: my sugars are 6 to 7 every morning, all good; refill of thyroid tablets please; sensor works great; a1c
  came back 6.7, thanks; how do I store insulin when I fly; down 8 kilos on the weekly shot
lay urgent: sugars above 18 all week since steroids, thirsty, no ketones; low sugar three nights this week, I woke and
  had juice; so tired and cold, lab says TSH 48; small sore under my big toe not healing, diabetic; losing weight and
  hands shaking, thyroid high
lay asap: ketone meter says 4 and I keep throwing up, type 1; my foot sore is black, smells and I have fever,
  diabetic; throwing up and have Addisons, took extra tablet but cant hold it; boy of 9 drinking and peeing nonstop,
  lost weight, breathing fast; tingling lips and cramps two days after thyroid removal
lay stat: sugar says LOW and he is fitting, wont wake up; she is diabetic, breathing deep and fast, cant wake her;
  neck swelling up after thyroid operation, cant breathe; he has Addisons, collapsed, grey, no answer
had: type 2 diabetes; hypothyroidism; Graves' disease in {past}; thyroidectomy in {past}; type 1 diabetes since
  {past}; DKA in {past}; osteopenia; gestational diabetes in {past}; prediabetes
drug: metformin 1000 mg bd; insulin glargine 18 units; levothyroxine 75 mcg; empagliflozin 10 mg; semaglutide weekly;
  gliclazide 80 mg; insulin lispro with meals; carbimazole 10 mg; hydrocortisone 10 mg morning; methimazole;
  sitagliptin 100 mg; cabergoline; dulaglutide; testosterone gel; vitamin D 1000 IU; liothyronine; glipizide
no: polyuria; polydipsia; weight change; heat intolerance; hypoglycemia; tremor
exam: thyroid not enlarged; monofilament sensation intact; BMI 31; no lid lag; injection sites without lumps; fine
  tremor; acanthosis of neck; goitre, smooth; feet pulses palpable; dry mucosa; HbA1c 7.4%
dept: Diabetes clinic; Endocrine clinic; Thyroid clinic; Diabetes nurse; Metabolic clinic; Foot protection team
""",
    "hematology_oncology": """
routine: breast cancer five years out, mammogram clear; iron deficiency, ferritin recovering; CLL, watch and wait,
  counts stable; chemo cycle 4 of 6, tolerated well; sickle cell annual review, no crises; haemochromatosis,
  venesection; ITP, platelets 140; tamoxifen follow-up; B12 injections; lymphoma in remission, scan clear; MGUS,
  stable paraprotein; factor V Leiden counselling; colon cancer surveillance, CEA normal; haemophilia, prophylaxis
  going well; port flush; polycythaemia, haematocrit 44%; thalassaemia trait, explained; survivorship visit; leukaemia
  in childhood, {past}, cured; anticoagulation for old clot, stop planned; prostate cancer, PSA undetectable after
  radiotherapy; genetic counselling BRCA; myeloma on maintenance, good response; low-dose CT screening discussion
urgent: haemoglobin 7.8, tired, no bleeding; platelets 42 with bruises; new lymph nodes and night sweats; biopsy
  confirms lymphoma, staging this week; neutrophils 0.9, no fever; paraprotein rising in myeloma, new back pain;
  weight loss and mass on scan, cancer pathway; chemo diarrhoea grade 2; mucositis, eating soft food; PICC arm
  swollen, clot suspected; sickle pain, managing with oral medicines; blast-like cells on film, appointment tomorrow;
  calcium 2.9 with bone metastases; metastatic pain poorly controlled; CLL count doubled in two months; immunotherapy
  rash and colitis mild; nausea not controlled after cycle 2; INR 4.9 with nosebleeds that stop; platelets 1,100 in
  essential thrombocythaemia; recurrence in axilla, surgery planned; radiotherapy skin peeling; palliative patient
  more breathless, family coping
asap: neutropenic fever 38.5, day 9 after chemo; spinal cord compression suspected, prostate metastases, legs weak;
  superior vena cava obstruction, face swollen; sickle chest crisis, saturations 90%; acute leukaemia, white count 98;
  haemoglobin 5.9, dizzy; platelets 6 with mouth bleeding; tumour lysis, potassium 6.1; TTP suspected, confused,
  fragments on film; haemophilia knee bleed, swollen hard; calcium 3.5, drowsy, myeloma; brain metastases with
  vomiting; transfusion reaction, rigors, stopped; acute promyelocytic leukaemia, bruising, clotting deranged;
  immunotherapy pneumonitis, oxygen need; febrile line infection after flush, shaking; hyperviscosity, blurred vision;
  malignant bowel obstruction; sickle stroke symptoms resolved this morning; cytokine release grade 2 after CAR-T
stat: neutropenic septic shock, systolic 64; massive bleed with platelets 3, airway bleeding; haemophilia with head
  injury, GCS 7; anaphylaxis to carboplatin, no pulse; DIC, bleeding from every site; leukostasis, white count 340,
  unresponsive; carotid blowout in neck cancer; acute haemolytic transfusion reaction, shocked; SVC obstruction,
  stridor, cannot breathe; sickle child, splenic sequestration, haemoglobin 2.8, grey; arrest during rituximab; tumour
  eroding artery, catastrophic bleed; tumour lysis, potassium 8.1, wide QRS; grade 4 cytokine storm, on three
  pressors; acute chest syndrome, saturations 70%
lay routine: five years clear today, when is the next mammogram; chemo number four was ok, little tired; iron tablets
  agree with me; count is the same as last time; port flush next week?; tamoxifen refill
lay urgent: bruises everywhere and I did not bump; lumps in my neck and I sweat through the sheets; mouth ulcers from
  chemo, can still drink; blood test says hemoglobin 7.8, I get tired quickly; pain in my hip from the cancer keeps me
  up; arm with the line is swollen
lay asap: temp 38.6, had chemo nine days ago; my legs are getting weak, I have prostate cancer in the spine; gums wont
  stop oozing and lab said platelets 6; my face and neck are swollen since waking, lung cancer; sickle cell, chest
  pain and short of breath; my hemophilic son's knee is huge and hard
lay stat: chemo patient, shaking, cold, cant wake him; blood is pouring from his mouth and nose, leukemia; she has
  neck cancer and blood is spurting; he reacted to the drip, throat closing and passed out; hemophilic boy fell, hit
  head, unconscious
had: breast cancer in {past}; lymphoma in remission since {past}; anemia; colon cancer resected in {past}; sickle cell
  trait; leukemia in {past}; DVT with factor V Leiden; prostate cancer in {past}; thalassemia
drug: tamoxifen 20 mg; ferrous sulfate; rituximab; hydroxyurea; imatinib 400 mg; paclitaxel weekly; anastrozole 1 mg;
  lenalidomide; filgrastim; capecitabine; B12 injection; pembrolizumab; FOLFOX; factor VIII; ibrutinib; dexamethasone
  with chemo; allopurinol before chemo; rivaroxaban
no: bruising; bleeding; night sweats; weight loss; swollen glands; bone pain
exam: no lymphadenopathy; no bruising; spleen tip palpable; pallor; port site clean; petechiae on shins; ECOG 1;
  mucositis grade 1; mastectomy scar clean; firm axillary node; hemoglobin 12.9
dept: Oncology clinic; Haematology clinic; Chemo day unit; Breast clinic; Palliative care; Transfusion unit
""",
    "ophthalmology_ent": """
routine: cataract, mild, not ready for surgery; glaucoma, pressures 15 and 16; glasses prescription; hearing aid
  review; ear wax removal; allergic rhinitis, seasonal; tonsillectomy healed; dry eyes; diabetic eye screening, no
  retinopathy; deviated septum, elective; grommets in place; chronic tinnitus, unchanged; squint follow-up, patching;
  vocal nodules, therapy; stye, resolving; cataract surgery in {past}, 20/25; nosebleeds, none since cautery;
  presbycusis hearing test; sinusitis settled; macular degeneration dry, stable; contact lens check; lazy eye in a
  child; snoring, tonsils large; mild conjunctivitis clearing; blocked tear duct in infant; floaters for years,
  unchanged; Meniere's, quiet; swimmer's ear, healed; color vision test for pilot licence; perforated drum healing;
  LASIK enquiry
urgent: new floaters and flashes, no curtain; painful ear with discharge, fever 38; corneal abrasion, sore; hoarse six
  weeks, smoker; sudden hearing loss yesterday, one ear; iritis, photophobia, vision 20/40; quinsy suspected early,
  swallowing; pressures 32, no pain; distorted vision, wet macula suspected; corneal foreign body, metal, removed;
  nosebleeds daily on warfarin; neck lump three weeks; vertigo with hearing drop; shingles on forehead, nose tip
  involved; infected contact lens eye, small ulcer; broken nose, deformity, for manipulation; sinusitis with cheek
  swelling; tonsillitis, white patches, drinking; otitis media not better after antibiotics; preseptal swelling of
  lid, eye moves fully; post-cataract blur increasing day 5; foreign body in a child's nostril; fractured tooth socket
  with maxillary sinus leak; salivary stone, swollen
asap: curtain over vision since this morning, retina detaching; peritonsillar abscess, trismus; acute mastoiditis, ear
  pushed out; orbital cellulitis, eye movement painful; hyphaema after squash ball; corneal ulcer with hypopyon;
  post-tonsillectomy bleed, small, stable; eye pressure 48, headache, vomiting; fish bone stuck, drooling a little;
  chemical splash, irrigated, pH 7.5; nosebleed packed, still oozing; temporal arteritis with transient visual loss;
  septal haematoma; facial palsy with ear infection; endophthalmitis after injection; penetrating eye suspected,
  shield on; deep neck abscess, CT today; optic neuritis, vision falling over two days; foreign body in ear canal,
  battery; sudden vision loss 30 hours ago; unilateral vocal cord palsy, aspiration
stat: alkali burn to both eyes, irrigate now; post-tonsillectomy haemorrhage, choking on blood; epiglottitis, stridor,
  tripod; central retinal artery occlusion, 60 minutes; ruptured globe with contents out; airway foreign body in
  larynx, blue; retrobulbar haematoma, eye bulging, vision gone, canthotomy; Ludwig's angina, tongue pushed up, cannot
  breathe; torrential nosebleed, systolic 78; sudden total blindness of the only eye; angioedema of tongue, airway
  closing; laryngectomy stoma blocked, blue; acid in eyes, screaming, pressure wash; neck haematoma after thyroid and
  ear surgery, airway lost; arrow in the orbit; laryngeal fracture, air hunger
lay routine: glasses prescription copy please; hearing aid battery door broke; hay fever spray refill; eye drops for
  glaucoma running out, pressure was good; ears feel full of wax; son passed his hearing test, any follow up
lay urgent: new floaters and flashes in my right eye since yesterday, no shadow; ear pain with yellow stuff and fever;
  woke with one ear deaf; red sore eye, I sleep in my contacts; hoarse for six weeks, I smoke; straight lines look
  wavy
lay asap: there is a curtain coming across my eye since this morning; cant open my mouth, throat swollen on one side,
  drooling; eye rock hard, sick, halos round lights; my child's eyelid is swollen shut, eye sticks out, fever;
  bleeding a bit, one week after tonsils out
lay stat: cleaning fluid in both eyes, burning, cant open; blood gushing from his mouth after tonsil op; she leans
  forward drooling with noisy breathing, throat closing; vision went black in one eye half an hour ago; tongue is
  swelling, cant breathe or talk; something punctured his eye, jelly coming out
had: cataract surgery in {past}; glaucoma; tonsillectomy in {past}; hearing loss; chronic sinusitis; macular
  degeneration; retinal detachment in {past}; tinnitus; nasal polyps
drug: latanoprost drops at night; timolol drops; fluticasone nasal spray; artificial tears; chloramphenicol drops;
  ciprofloxacin ear drops; prednisolone eye drops; loratadine 10 mg; amoxicillin for otitis; aflibercept injection;
  mometasone spray; saline rinses; acetazolamide; betahistine; moxifloxacin drops; hyoscine patch
no: eye pain; hearing loss; sore throat; nosebleeds; ear discharge; double vision; hoarseness
exam: visual acuity 20/20 both eyes; tympanic membranes clear; fundus normal; IOP 16 mmHg; turbinates pale; tonsils
  grade 3; fluorescein uptake at 4 o'clock; Rinne positive both sides; cup-disc ratio 0.5; anterior chamber quiet;
  nasal septum to left; bulging red drum
dept: Eye clinic; ENT clinic; Eye casualty; Audiology; Optometry; Voice clinic
""",
    "general_medicine": """
routine: annual physical, no complaints; wellness visit, screening up to date; flu shot; travel vaccines; well-child
  check, milestones met; new patient registration; sports clearance, fit; medication reconciliation, no changes;
  several stable problems, [diabetes, hypertension and arthritis|blood pressure, thyroid and mood|asthma, reflux and
  back pain], all steady; fatigue, normal bloods; common cold, day 3; employment medical; blood results discussion,
  all normal; weight management talk; chickenpox, recovering; multi-morbidity review, no new issue; advance care
  planning; fit note; COVID, mild, resolving; repeat prescriptions; nursing home round, comfortable; school form;
  tetanus booster; care plan update; viral illness, afebrile now; insect bite, mild; pre-employment drug screen;
  post-discharge check, recovering well; annual Medicare visit; low vitamin levels, supplement; social work and
  housing letter; dietary advice
urgent: fever for four days, no focus, stable; weight loss 7 kg unexplained, bloods sent; falls, three in a fortnight,
  no injury; returned traveller with fever, malaria film pending; elderly, off legs and eating little, alert; CRP 96
  without focus; exposed to measles, pregnant contact; several problems worse, [breathless, swollen and confused at
  night|sugars, pressure and mood all off]; needlestick injury this morning, source known; tick fever suspected;
  persistent vomiting, mild dehydration; generalised swelling of glands, mono suspected; frail, carer exhausted, needs
  support this week; medication error, double dose of tablets, well; night fevers for two weeks; weakness and sodium
  128; abnormal labs in three systems; influenza in an 84-year-old, coping; dizzy, multiple drugs, review needed;
  allergic reaction, hives, settled with antihistamine; heat exhaustion, recovered with fluids; unwell child, fever
  39, drinking and playing
asap: sepsis suspected, temperature 39.4, pulse 118, pressure 104/62, no focus; febrile neonate, 20 days old; malaria
  confirmed, parasites 2%; acute confusion in the elderly, temperature 38.8; dehydrated, sodium 152, drowsy but
  rousable; hypothermia 32.8, shivering; carbon monoxide exposure, headache, level 18%; fever with rigors on return
  from Ghana; fall with long lie of nine hours, cold; accidental overdose of digoxin and tablets, stable; lactate 3.1,
  unwell, source unknown; allergic reaction with wheeze, adrenaline once, improving; NEWS of 7, looks unwell; toxic
  shock features early, menstrual tampon; bed-bound, not drinking for two days; snake bite, swelling of hand, stable;
  heat stroke, 40.1, confused; febrile intravenous drug user, 39.6; multi-organ blood derangement, admit today; child
  lethargic, fever 40, poor fluids
stat: anaphylaxis, pressure 60, throat closing; septic shock, lactate 8, mottled; found down, no pulse, CPR started;
  unresponsive, GCS 3, cause unknown; heat stroke, 42, seizing; hypothermia 25 degrees, no signs of life; multiple
  trauma, crush, shocked; collapse, agonal breathing; carbon monoxide, comatose; bee sting, blue, not breathing well;
  drowning victim, pulseless; cyanide or fume poisoning, fitting; septic child, grey, capillary refill 7 seconds; code
  blue on ward; peri-arrest, systolic 55, cause unclear; organophosphate poisoning, frothing; electrocution, no pulse;
  massive allergic reaction, arrest
lay routine: need a physical for my new job; flu shot appointment please; can you send my lab results, all seemed
  fine; just a cold, day three, need a sick note; repeat all my usual tablets; which vaccines for Kenya; form for
  daycare
lay urgent: fever four days now and no idea why, drinking ok; grandma keeps falling and is off her food, clear in the
  head; back from Nigeria, chills on and off; lost 15 pounds without trying; pricked by a needle at work this morning;
  I took my tablets twice by mistake, feel ok
lay asap: baby is 3 weeks and has fever of 38.5; dad is shaking, hot and muddled since this morning; furnace alarm
  went off, headaches and sick, all of us; snake bit my hand and it is swelling; mum hasnt drunk for two days and is
  very sleepy; fever 40 and she just lies there
lay stat: stung by a bee, face swollen, cant breathe, going down; he is not responding and cold, no pulse; found her
  on floor, blue, gurgling; pulled from the pool, not breathing; she ate nuts, throat closing, epipen used, getting
  worse
had: no significant illness; multiple comorbidities; COVID in {past}; frequent falls; allergies to penicillin; tonsils
  out as a child; anemia and arthritis; obesity
drug: acetaminophen as needed; multivitamin; ibuprofen; vitamin D; paracetamol 1 g; oral rehydration; antihistamine;
  amoxicillin/clavulanate; no regular medicines; ceftriaxone 1 g; loratadine; influenza vaccine; doxycycline
no: fever; chills; fatigue; weight loss; recent travel; sick contacts; night sweats
exam: well appearing, no distress; vital signs normal; BMI 26; general exam unremarkable; afebrile; looks tired;
  normal development; flushed; no focus of infection found; walks with frame
dept: Primary care; Family practice; Walk-in clinic; Acute medical unit; Geriatrics; Emergency department
""",
}

# Imaging reports: study and its technique, then findings and impressions by urgency.
RADIOLOGY = """
study: CT head without contrast; CT abdomen and pelvis with contrast; chest x-ray, PA and lateral; portable chest
  radiograph; MRI lumbar spine; MRI brain with and without gadolinium; ultrasound abdomen; renal ultrasound; CT
  pulmonary angiogram; mammogram, bilateral screening; knee x-ray, three views; left wrist radiograph; CT chest;
  obstetric ultrasound; thyroid ultrasound; venous duplex of the left leg; CT angiogram of aorta; MRI right knee;
  pelvic ultrasound; barium swallow; PET-CT; bone scan; CT sinuses; DEXA; hip radiograph; carotid Doppler; MRCP; CT
  KUB; cervical spine CT; HIDA scan; scrotal ultrasound; cardiac MRI; shoulder MRI; KUB film; CT temporal bones;
  fluoroscopy upper GI; neonatal cranial ultrasound
technique: Axial images without contrast; Multidetector CT after intravenous contrast; Two views; Single AP view;
  Sagittal and axial T1 and T2 sequences; Grayscale and colour Doppler; Standard CC and MLO views; Thin-slice
  acquisition with reconstructions; Technique standard; Dose reduction used; 80 ml contrast given
indication: cough; fall; abdominal pain; headache; screening; follow-up; trauma; chest pain; weight loss; staging;
  shortness of breath; haematuria; knee pain; back pain; lump; dizziness; pre-op; abnormal blood test; pregnancy
  dating; fever; swelling; known cancer; line placement
compare: None; Comparison with prior of {past}; Prior study not available; Compared with {past}, unchanged; No prior
  images
normal: lungs are clear; heart size normal; no pleural effusion; no pneumothorax; ventricles normal in size; no
  midline shift; kidneys normal, no hydronephrosis; liver homogeneous; gallbladder without stones; bony structures
  intact; disc heights preserved; paranasal sinuses clear; appendix normal; no free fluid; vessels patent; soft
  tissues unremarkable; grey-white differentiation preserved; aorta normal calibre; no lymphadenopathy; pancreas
  unremarkable; spleen normal; menisci intact; bladder wall smooth
routine: No acute abnormality; Normal study; BI-RADS 1, negative, routine screening in one year; BI-RADS 2, benign; No
  fracture; Stable 4 mm nodule, no further follow-up; Mild degenerative change; Normal growth, single live pregnancy
  at 20 weeks; Simple renal cyst, benign; No DVT; Line tip in good position; Age-related small vessel change; Fatty
  liver; Unchanged from prior; T-score -1.4, osteopenia; Small hiatus hernia; Mild disc bulge without nerve contact;
  Healed fracture; No evidence of recurrence; Normal thyroid; Haemangioma of liver, incidental; No stone; Gallstones
  without inflammation; Sinus mucosal thickening, mild; Knee effusion, small, ligaments intact; Normal intracranial
  appearances for age; Fibroid uterus, small; Bone age concordant; No pulmonary embolus, lungs clear; Calcified
  granuloma
urgent: 14 mm spiculated nodule, recommend PET within days; Right lower lobe consolidation in keeping with pneumonia;
  BI-RADS 5, biopsy advised; Suspicious renal mass 4 cm; Moderate pleural effusion, new; Disc extrusion with nerve
  root compression; Undisplaced fracture of distal radius; DVT of popliteal vein; Liver lesions suspicious for
  metastases; 6 mm ureteric stone with mild hydronephrosis; Uncomplicated diverticulitis; Pathological wedge fracture,
  recommend MRI this week; Thyroid nodule TI-RADS 5, FNA; Ovarian mass, complex, 8 cm; Pancreatic head mass with duct
  dilatation; Hilar enlargement, lymphoma to be excluded; BI-RADS 4, recall; Growth below 5th centile, Dopplers
  normal; Cavitating lesion, isolate for TB; Meniscal bucket-handle tear; Carotid stenosis 80%; Subacute infarct; New
  brain lesion 1 cm without mass effect; Scaphoid fracture; Colonic wall thickening, suspicious; Aneurysm 5.6 cm,
  refer vascular
asap: Acute appendicitis, no perforation, surgeon informed; Segmental pulmonary emboli, no heart strain, called to
  ward; Small bowel obstruction with transition point; Subdural haematoma 8 mm, no shift, discussed with ED; Free air
  small, contained perforation; Pneumothorax 30%, not under tension, ward phoned; Abscess 6 cm, drainage today; Acute
  cholecystitis; Hip fracture, displaced; Infected obstructed kidney, on-call urology informed; Ectopic pregnancy
  suspected, no free blood; Cord compression at T8; Cervical fracture, unstable, immobilise; Small subarachnoid blood,
  patient alert, referred; Testicular flow reduced, urology called; Acute DVT of iliac vein; Misplaced nasogastric
  tube in bronchus, do not feed; Intussusception; Splenic laceration grade 2, stable; Stroke, evolving MCA infarct,
  outside window; Orbital abscess; Large pericardial effusion; Septic joint effusion; Swallowed button battery in
  oesophagus; Retained swab, theatre informed
stat: Large intracerebral haemorrhage with 14 mm midline shift, critical result phoned immediately; Tension
  pneumothorax, trachea displaced, team at bedside; Ruptured aortic aneurysm, active extravasation; Type A aortic
  dissection to the arch, surgeons called now; Saddle embolus with right heart strain, arrest team present; Epidural
  haematoma with herniation; Basilar artery occlusion, stroke team called during scan; Active bleeding from spleen,
  patient unstable on table; Massive haemoperitoneum, ruptured ectopic; Complete MCA occlusion, within window,
  thrombectomy now; Transected aorta; Dead bowel with portal venous gas, patient in shock; Tonsillar herniation;
  Endotracheal tube in right main bronchus, left lung collapsed, sats 70, pull back now; Pelvic fracture with active
  arterial blush, embolise immediately; Tracheal rupture with air everywhere; Cardiac tamponade on scan, drain at
  once; Ruptured liver, contrast pouring out; Air embolism in right ventricle, cardiac arrest; Subarachnoid
  haemorrhage with acute hydrocephalus, GCS falling on the table
no: fracture; haemorrhage; mass; embolus; consolidation; free air; obstruction
dept: Radiology; Imaging; X-ray department; Ultrasound; MRI suite; Breast imaging; CT
"""

PLANS = """
routine: follow up in [three|six|twelve] months; return as needed; continue current medication; repeat bloods [next
  year|in six months]; no change to treatment; reassured; discharged from clinic; routine recall; letter to GP; advice
  leaflet given; see in annual clinic; keep diary; home exercise; call if anything changes; next visit in [4|6|8]
  weeks; booked for elective list; no action needed; refill sent
urgent: see within [48 hours|the week|two days|72 hours]; [urgent|expedited] clinic appointment tomorrow; bloods
  repeated tomorrow; start treatment today and review in two days; two-week cancer referral; call back tomorrow
  morning; scan booked this week; specialist to review within days; safety net given, return if worse; phone review in
  24 hours; dose changed, recheck in three days; referral marked urgent; admit tomorrow if not better; rapid access
  clinic
asap: send to [ED|A&E|emergency department] today; admit today; on-call [team|registrar|surgeon] to review this
  [morning|afternoon]; same-day assessment; needs to be seen within the hour or two; bed requested; first on the list;
  bloods and scan now, then ward; transfer this afternoon; IV treatment started, monitor closely; ambulance booked
  within the hour; cannot wait until tomorrow; do before other work; keep fasting for theatre later today; called
  ahead to the hospital; drive in now
stat: crash team called; resus now; 911 called; activate [massive transfusion|trauma call|code]; theatre immediately;
  anaesthetist at bedside; 999, blue lights; airway team now; needs intervention this minute; rapid response at
  bedside; adrenaline given; intubating; to resus bay 1; every minute counts; two large lines, O negative blood; stat
  page sent
"""

VITALS = """
routine: BP {sysn}/{dian}, HR {hrn}, afebrile; vitals stable; obs normal; BP {sysn}/{dian}; HR {hrn} regular; SpO2
  {satn}%; T 36.{digit}; weight {weight} kg; NEWS 0; VSS
urgent: BP {sysn}/{dian}, HR {hru}, T 37.{digit}; obs stable; NEWS 2; HR {hru}; T 38.{low}; SpO2 {satu}%; vitals
  acceptable; alert, NEWS 3
asap: BP {sysa}/{diaa}, HR {hra}; NEWS 6; HR {hra}, RR {rra}; T 39.{low}; SpO2 {sata}% on air; pulse {hra}, alert; BP
  {sysa} systolic, responsive; lactate 2.{digit}; GCS 14; NEWS 7
stat: BP {syss}/{dias}, HR {hrs}; GCS {gcs}; SpO2 {sats}% on 15 L; BP {syss} systolic; RR {rrs}, HR {hrs};
  unrecordable BP; NEWS 13; lactate {lac}; pupils sluggish; mottled, cap refill 6 s; no radial pulse
"""

FILLERS = """
neutral: Lives with {kin}; Works as a {job}; Never smoked; Ex-smoker; Drinks socially; No known drug allergies;
  Allergic to penicillin; Allergic to latex; Seen with {kin}; Interpreter used; Medication list reviewed; Chart
  reviewed; Consent obtained; Immunisations up to date; Retired {job}; Enjoys gardening; Drives; Uses a stick;
  Telephone consultation; Video visit; Diet normal; Sleeps well; Preferred pharmacy confirmed; Identity checked; Notes
  scanned; Two children at home; Plays {sport}; Referred by GP; Surgery under general anaesthetic years ago; Last seen
  {ago}
family: Family history of {hx} in {kin}; {kin} had {hx}; Mother: {hx}. Father: {hx}; Brother died of {hx}; No family
  history of {hx}; Strong family history of {hx}
past: PMH {hx} and {hx2}; History of {hx}, resolved; Previous {hx}, no problems since; PMHx: {hx}, {hx2}; Known {hx},
  stable, unchanged; Remote {hx}
deny: Denies {no}, {no2} or {no3}; No {no}; No {no}, no {no2}; Negative for {no} and {no2}; ROS otherwise negative, in
  particular no {no}; Patient denies {no}; {no} absent
resolved: Last year admitted with {was}, fully recovered; Had {was} in {past}, now well; {past}: {was}, treated at the
  time; Previous episode of {was} long ago, none since
asked: Told to call 911 only if {lay}, has not happened; Safety advice: come back at once for {no} or {no2}; Knows
  when to seek help; Return precautions explained; Handout on warning signs given
kins: wife; husband; mother; father; daughter; son; carer; grandmother; partner; sister; brother
jobs: teacher; farmer; nurse; driver; student; builder; chef; accountant; musician; office worker; welder; cleaner
sports: tennis; football; golf; hockey; netball; rugby; basketball
agos: last month; in {past}; six months ago; a year ago; two weeks ago; never before
"""

# Grave things that a calm note may name as past, excluded or warned of.
GRAVE = """
cardiovascular: cardiac arrest; heart attack; aortic dissection; ventricular tachycardia; cardiogenic shock; pulmonary
  oedema; acute coronary syndrome; chest pain at rest
pulmonary: respiratory failure; tension pneumothorax; massive pulmonary embolism; status asthmaticus; intensive care
  with COVID; severe pneumonia; haemoptysis; intubation
gastroenterology: gastrointestinal bleed; perforated ulcer; acute appendicitis; acute pancreatitis; variceal bleed;
  bowel obstruction; peritonitis; liver failure
neurology: stroke; status epilepticus; subarachnoid haemorrhage; meningitis; cauda equina; brain bleed; coma;
  Guillain-Barre syndrome
orthopedic: open fracture; compartment syndrome; septic joint; spinal cord injury; hip fracture; pelvic fracture;
  amputation; osteomyelitis
urology_nephrology: testicular torsion; urosepsis; acute renal failure; hyperkalaemia; urinary retention; obstructed
  kidney; emergency dialysis; priapism
obstetrics_gynecology: ruptured ectopic; eclampsia; postpartum haemorrhage; placental abruption; emergency C-section;
  preterm labour; cord prolapse; ovarian torsion
psychiatry: suicide attempt; overdose; psychosis; involuntary admission; delirium tremens; serious self-harm; mania;
  homicidal thoughts
dermatology: Stevens-Johnson syndrome; necrotising fasciitis; severe burns; melanoma; toxic epidermal necrolysis;
  sepsis from cellulitis; erythroderma; skin infection with shock
endocrinology: diabetic ketoacidosis; severe hypoglycaemia; adrenal crisis; thyroid storm; hyperosmolar coma;
  myxoedema; hypercalcaemic crisis; unconscious low sugar
hematology_oncology: neutropenic sepsis; acute leukaemia; massive transfusion; cord compression; tumour lysis; sickle
  crisis; DIC; severe bleeding
ophthalmology_ent: retinal detachment; acute glaucoma; epiglottitis; severe nosebleed; orbital cellulitis; airway
  obstruction; sudden blindness; post-tonsillectomy bleed
general_medicine: septic shock; anaphylaxis; sepsis; collapse; heat stroke; carbon monoxide poisoning; malaria;
  cardiac arrest
"""

CALM = """
excluded: no evidence of {g}; {g} excluded; low suspicion for {g}; no features of {g}; nothing to suggest {g}; {g} was
  ruled out last year; not {g}; workup for {g} negative
past: {g} in {past}, full recovery; remote {g} ({past}), no sequelae; had {g} in {past}, doing well since; s/p {g}
  {past}, stable; survived {g} in {past}; {g} as a young adult, resolved; two years on from {g} and back at work
family: father had {g}; mother died of {g}; family history of {g}; uncle with {g} last year, patient worried but well;
  brother recovering from {g}
warned: return at once if signs of {g}; warned about {g}, none now; leaflet on {g} given; knows to call 911 for {g};
  action plan in case of {g} rehearsed; discussed small risk of {g}
"""

REGIONS = """
head: CT head without contrast; MRI brain with and without gadolinium; CT sinuses; CT temporal bones; MR angiogram
  head; CT perfusion brain; neonatal cranial ultrasound; CT orbits
chest: chest x-ray, PA and lateral; portable chest radiograph; CT pulmonary angiogram; CT chest; HRCT chest; low-dose
  lung screening CT; chest film
abdomen: CT abdomen and pelvis with contrast; ultrasound abdomen; renal ultrasound; MRCP; CT KUB; HIDA scan; abdominal
  film; CT enterography; fluoroscopy upper GI; ultrasound liver
bone: knee x-ray, three views; left wrist radiograph; MRI right knee; hip radiograph; cervical spine CT; MRI lumbar
  spine; shoulder MRI; bone scan; foot film; pelvis radiograph; DEXA
pelvis: obstetric ultrasound; pelvic ultrasound; transvaginal ultrasound; MRI pelvis; scrotal ultrasound; dating scan;
  growth scan
vessel: venous duplex of the left leg; CT angiogram of aorta; carotid Doppler; lower limb arterial duplex; CT
  angiogram chest, abdomen and pelvis
breast: mammogram, bilateral screening; diagnostic mammogram; breast ultrasound; MRI breasts
neck: thyroid ultrasound; CT neck; ultrasound neck; barium swallow; PET-CT
normal head: ventricles normal in size; no midline shift; grey-white differentiation preserved; basal cisterns open;
  paranasal sinuses clear; no extra-axial collection; orbits unremarkable; calvarium intact
normal chest: lungs are clear; heart size normal; no pleural effusion; no pneumothorax; mediastinum not widened;
  airways patent; bony thorax intact; hila normal
normal abdomen: kidneys normal, no hydronephrosis; liver homogeneous; gallbladder without stones; appendix normal; no
  free fluid; pancreas unremarkable; spleen normal; bladder wall smooth; bowel gas pattern normal
normal bone: alignment maintained; joint spaces preserved; disc heights preserved; menisci intact; soft tissues
  unremarkable; marrow signal normal; no lytic lesion; growth plates normal
normal pelvis: cervix long and closed; ovaries normal size; no free fluid in pouch; uterus anteverted; liquor normal;
  bladder smooth; testes symmetric
normal vessel: vessels patent; aorta normal calibre; no stenosis; normal flow and compressibility; iliac arteries
  patent
normal breast: scattered fibroglandular density; no suspicious calcification; no architectural distortion; skin and
  nipple normal; axillae clear
normal neck: thyroid of normal size; no lymphadenopathy; airway midline; salivary glands normal; no aspiration seen
"""
