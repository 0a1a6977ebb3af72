"""Spellings, abbreviations, plain words and note types for clinical notes."""

REGION_WORDS = (
    ("breast", r"BI-RADS"),
    (
        "head",
        (
            r"intracereb|subdural|brain|infarct|MCA|basilar|intracranial"
            r"|epidural|tonsillar|subarach|sinus mucos|small vessel|orbital|stroke"
        ),
    ),
    (
        "chest",
        (
            r"lung|pneumoth|pleural|consolid|cavitat|hilar|pericard|tamponade|emboli"
            r"|embolus|granuloma|tracheal|endotracheal|line tip|nasogastric|spiculated|4 mm nodule|ventricle"
        ),
    ),
    ("vessel", r"DVT|vein|carotid|aneurysm|aort|dissection"),
    ("pelvis", r"ectopic|ovarian|pregnancy|growth|fibroid|testicular"),
    ("bone", r"fracture|knee|menisc|disc|T-score|bone|joint|degenerative|T8|arterial blush|scaphoid"),
    ("neck", r"thyroid|oesophagus|recurrence"),
    (
        "abdomen",
        (
            r"append|bowel|diverticul|free air|abscess|cholecyst|liver|splen|spleen|renal"
            r"|kidney|stone|pancrea|colonic|ureteric|hernia|haemoperi|intussus|swab|gallst|haemangioma"
        ),
    ),
)
ABBREVIATIONS = (
    ("chest pain", "CP"),
    ("shortness of breath", "SOB"),
    ("breathless", "SOB"),
    ("blood pressure", "BP"),
    ("heart rate", "HR"),
    ("saturations", "sats"),
    ("history of", "h/o"),
    ("follow-up", "f/u"),
    ("fracture", "fx"),
    ("treatment", "tx"),
    ("abdominal", "abd"),
    ("temperature", "T"),
    ("patient", "pt"),
    ("bilateral", "b/l"),
    ("hypertension", "HTN"),
    ("diabetes", "DM"),
    ("atrial fibrillation", "AF"),
    ("vomiting", "vom"),
    ("haemoglobin", "Hb"),
    (" with ", " w/ "),
    ("systolic", "SBP"),
    ("suspected", "?"),
    ("without", "w/o"),
    ("weeks", "wks"),
    ("hours", "hrs"),
    ("left", "L"),
    ("right", "R"),
    ("antibiotics", "abx"),
    ("unresponsive", "unresp"),
)
AMERICAN = (
    ("haem", "hem"),
    ("Haem", "Hem"),
    ("oedema", "edema"),
    ("anaem", "anem"),
    ("oesoph", "esoph"),
    ("diarrhoea", "diarrhea"),
    ("leukaem", "leukem"),
    ("paed", "ped"),
    ("coeliac", "celiac"),
    ("tumour", "tumor"),
    ("colour", "color"),
    ("gynaecol", "gynecol"),
    ("labour", "labor"),
    ("apnoea", "apnea"),
    ("calcaem", "calcem"),
    ("glycaem", "glycem"),
    ("kalaem", "kalem"),
    ("ischaem", "ischem"),
    ("orthopaed", "orthoped"),
    ("Orthopaed", "Orthoped"),
    ("centre", "center"),
    ("dyspnoea", "dyspnea"),
    ("goitre", "goiter"),
    ("theatre", "OR"),
    ("melaena", "melena"),
    ("anaes", "anes"),
)
PLAIN = (
    ("haematuria", "blood in urine"),
    ("haemoptysis", "coughing blood"),
    ("dyspnoea", "short breath"),
    ("haemorrhage", "bleeding"),
    ("fracture", "break"),
    ("hypertension", "high blood pressure"),
    ("pneumonia", "lung infection"),
    ("hypotensive", "very low pressure"),
    ("cellulitis", "skin infection"),
    ("haemoglobin", "blood count"),
    ("laceration", "deep cut"),
    ("oedema", "swelling"),
    ("systolic", "pressure"),
    ("melaena", "black stool"),
    ("unresponsive", "not responding"),
    ("seizing", "having a fit"),
    ("saturations", "oxygen"),
    ("febrile", "with fever"),
    ("myocardial infarction", "heart attack"),
    ("jaundice", "yellow eyes"),
    ("ulcer", "sore"),
    ("palpitations", "heart fluttering"),
    ("syncope", "fainting"),
    ("hypoglycaemia", "low sugar"),
    ("glucose", "sugar"),
    ("abscess", "boil"),
    ("claudication", "leg pain when walking"),
    ("renal", "kidney"),
    ("stridor", "noisy breathing"),
    ("emesis", "throwing up"),
    ("vomiting", "throwing up"),
)
NOTE_TYPES = {
    "dictated": ["History & Physical", "Consultation", "Progress"],
    "triage": ["ED note", "Triage"],
    "nurse": ["Nursing", "Progress"],
    "letter": ["Referral", "Consultation"],
    "sections": ["History & Physical", "Progress", "ED note"],
    "portal": ["Patient message", "Telephone encounter"],
    "call": ["Telephone encounter"],
    "handover": ["Progress", "Nursing"],
    "short": ["Progress", "ED note", "Telephone encounter", "Consultation"],
    "discharge": ["Discharge summary"],
    "report": ["Imaging narrative"],
}

LEAD = """
routine: is seen for {c}; is here for {c}; attends for {c}; presents for {c}; comes in for {c}; returns for {c}; is
  reviewed for {c}; was seen today for {c}; came for {c}; visits for {c}; has a scheduled appointment for {c}; booked
  in for {c}
other: presents with {c}; has {c}; was brought in with {c}; came in with {c}; is seen with {c}; arrives with {c}; now
  has {c}; is assessed for {c}; is found to have {c}; attends with {c}; was referred with {c}; is admitted with {c};
  walked in with {c}; developed {c}
"""

# Topics that say nothing about pace, and what gives them one: the urgency must be learnt apart from the specialty.
TOPICS = """
cardiovascular: chest discomfort; palpitations; leg swelling; raised blood pressure; heart failure; atrial
  fibrillation; angina;
  dizziness on standing; heart valve disease; aortic aneurysm; poor circulation in the legs; a fast heart rhythm;
  cardiomyopathy;
  pericarditis; a cardiac stent; heart block; a clot in the leg; myocarditis; chest tightness on effort
pulmonary: cough; breathlessness; asthma; COPD; wheezing; bronchitis; pneumonia; a lung nodule; sleep apnoea;
  pleurisy; chest infection;
  pulmonary fibrosis; bronchiolitis; croup; a pneumothorax; a pleural effusion; pulmonary embolism; whooping cough;
  low oxygen levels
gastroenterology: abdominal pain; heartburn; diarrhoea; constipation; rectal bleeding; liver disease; gallstones;
  Crohn's disease; colitis;
  nausea; difficulty swallowing; pancreatitis; a hernia; jaundice; diverticulitis; a stomach ulcer; bloating;
  hepatitis; vomiting
neurology: headache; seizures; numbness; weakness of one arm; tremor; dizziness; memory loss; migraine; multiple
  sclerosis; sciatica;
  facial weakness; confusion; a head injury; neuropathy; blackouts; unsteady gait; speech difficulty; myasthenia; a
  brain tumour
orthopedic: knee pain; back pain; a wrist fracture; shoulder pain; hip pain; an ankle injury; neck pain; gout; a
  swollen joint; a broken leg;
  a sports injury; a dislocated finger; a plaster cast; a joint replacement; tendon injury; foot pain; a fall on the
  arm; scoliosis
urology_nephrology: blood in urine; painful urination; kidney stones; prostate symptoms; chronic kidney disease; a
  urinary infection;
  incontinence; testicular pain; dialysis; flank pain; a kidney transplant; raised creatinine; a catheter; poor urine
  flow; protein in urine
obstetrics_gynecology: vaginal bleeding; pregnancy; pelvic pain; heavy periods; contractions; morning sickness; an
  ovarian cyst; fibroids;
  a caesarean wound; vaginal discharge; twin pregnancy; high pressure in pregnancy; breast pain; miscarriage;
  menopause; labour; endometriosis
psychiatry: low mood; anxiety; hearing voices; insomnia; panic; bipolar disorder; drinking; self-harm; paranoia; an
  eating disorder; PTSD;
  opioid use; agitation; obsessive thoughts; mania; ADHD; schizophrenia; psychosis
dermatology: a rash; eczema; a mole; psoriasis; a burn; cellulitis; a skin ulcer; acne; itching; blisters; hives; a
  laceration; a skin cancer;
  an abscess; shingles; a scald; an infected wound; hair loss; dermatitis; a drug eruption
endocrinology: high blood sugar; low blood sugar; diabetes; thyroid disease; weight gain; a goitre; adrenal
  insufficiency; high calcium;
  low sodium; insulin treatment; a pituitary tumour; Graves' disease; ketones; excessive thirst; an insulin pump;
  parathyroid disease
hematology_oncology: anaemia; low platelets; breast cancer; lymphoma; leukaemia; bruising; swollen lymph nodes;
  chemotherapy; sickle cell disease;
  prostate cancer; haemophilia; low white cells; myeloma; lung cancer; bone metastases; a blood transfusion; clotting
  disorder; immunotherapy
ophthalmology_ent: eye pain; blurred vision; ear pain; hearing loss; a sore throat; nosebleeds; a red eye; vertigo;
  hoarseness; sinusitis;
  glaucoma; a corneal injury; floaters; tonsillitis; a foreign body in the ear; an eyelid swelling; loss of vision in
  one eye; a neck lump
general_medicine: fever; tiredness; weight loss; a flu-like illness; several complaints at once; an allergic reaction;
  falls; dehydration;
  general weakness; a viral infection; poor appetite; feeling unwell; heat exposure; a bite; multiple conditions; an
  unclear infection
"""

MODIFIERS = """
routine: [stable|unchanged] for [months|years|a long time]; much better than last time; mild and intermittent, no red
  flags; well controlled;
  resolved; under yearly surveillance, no change; improving, nothing new; no problems since the last visit; settled on
  treatment;
  mild, long-standing; [explained and reassured|benign]; [three|six|nine] months on, doing well; for review only;
  ready for discharge from clinic;
  in remission; no treatment needed; managing well at home; as expected at this stage; fully recovered; minor,
  self-limiting
urgent: worse over the past [week|few days], otherwise stable; new, needs work-up this week; not responding to first
  treatment;
  abnormal result, patient well; coming back more often since [Monday|last week]; second course has failed; slowly
  worsening, eating and drinking;
  keeping her awake for [three|four] nights; with a low-grade fever, walking; moderate, needs review within two days;
  with weight loss, to be seen soon;
  changed in character this week; flare, coping at home; increasing [daily|steadily], no collapse; test back positive,
  treatment to start
asap: severe since this morning, not settling; with fever of 39 and looking unwell; rapidly worse over hours, still
  alert; cannot be left until tomorrow;
  uncontrolled despite strong analgesia; with early signs of deterioration, pressure holding; needs admission today;
  with new confusion, rousable;
  pulse 124, pale, talking; with rigors; markedly worse today, lactate 2.9; high risk, needs the on-call team now on
  their way; failing treatment, worse by the hour;
  distressing, unable to [stand|drink|lie flat] today; critical result phoned, patient conscious
stat: with sudden collapse, unresponsive; now in shock, pressure 60; and has just arrested; with the airway closing;
  peri-arrest, grey and clammy;
  with no palpable pulse; GCS 5 and falling; with uncontrolled bleeding, exsanguinating; saturations 70% and dropping;
  not breathing adequately;
  convulsing and cannot be stopped; moribund on arrival; being resuscitated; with cardiac arrest on the way in; needs
  intubation this minute;
  mottled, unrecordable pressure
"""

ASK = """
routine: Thank you for following this; Routine review of this; For information, this; I would be grateful for a
  routine opinion on this; Clinic letter on this
urgent: Please see soon this; I would be grateful for an early appointment for this; Grateful for your advice this
  week on this; Thank you for seeing this
asap: Please see today this; Thank you for accepting today this; Please assess without delay this; I am sending in
  this
stat: Sending by blue light this; Emergency transfer of this; Already called ahead about this; In resus now, this
"""

TAIL = """
routine: No rush.; Whenever you get a chance.; Thanks a lot; Thank you!; Just wondering.; All good otherwise.; See you
  at my next visit.;
  Nothing urgent.; No hurry at all, thanks
urgent: Should I come in this week?; Can someone call me tomorrow?; What should I do?; Can I get an appointment soon?;
  It is getting worse.;
  Please advise.; Is there anything in the next day or two?
asap: Do I need to come in today?; Should I go to the ER?; Please call me back as soon as you can.; I am worried.; Can
  you see us this morning?;
  What do I do?; nobody is answering the phone
stat: Help!!; What do I do??; please hurry; ambulance is coming?; HELP; calling 911 now; send someone now; please
  answer!!
"""

# How a patient passes on what a letter or clinician said; `{c}` the problem, `{who}` whose it is.
RELAYED = """
routine: about {who} visit for {c}; just checking in about {c}, is there anything I need to do; {who} letter says:
  {c}. When is the next appointment;
  question on {c}; can you send {who} papers, it says {c}
urgent: {who} doctor found {c} and said to be seen soon; since a few days {c}, what should I do; {who} report says {c}
  and I don't want to wait weeks;
  it is {c} now and slowly getting worse; walk-in clinic told me {c}, follow up this week
asap: they said {c} and to get help today; right now {c}, can somebody see us today; this is {who} neighbour writing:
  {c};
  since this morning {c}, it scares me; paramedic told us {c}, where should we go today
stat: please come, {c}; calling from the ambulance, {c}; emergency here: {c}; {c}!! what do we do; the nurse on the
  phone says {c}, send help
"""

STAY = """
routine: Recovered fully, home today; Uneventful stay; Discharged well; Goals met, going home
urgent: Going home with early review; Fit for discharge, needs check in two days; Left the ward with open issue
asap: Readmitted; Discharge cancelled today; Transferred this morning
stat: Deteriorated on the ward; Transfer to ICU in progress; Arrest call during stay
"""
