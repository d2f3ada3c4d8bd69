"""Texts that are worked on (translated, summed up, read for facts), and the things, people and places in them."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "name": ("Amelia", "Ravi", "Sofia", "Kenji", "Fatima", "Lukas", "Grace", "Omar", "Ingrid", "Pablo", "Chloe", "Viktor", "Nadia", "Tariq", "Hannah", "Marco", "Zoe", "Samuel", "Priya", "Dylan", "Leila", "Hugo", "Abby", "Kwame", "Yuki", "Elena"),
    "surname": ("Okafor", "Lindqvist", "Moreau", "Tanaka", "Delgado", "Fischer", "Novak", "Haddad", "Olsen", "Kapoor", "Rossi", "Murphy", "Santos", "Weber"),
    "person": ("{name}", "{name} {surname}", "[Mr|Mrs|Ms|Dr|Professor] {surname}"),
    "city": ("Lisbon", "Nairobi", "Osaka", "Chicago", "Toronto", "Warsaw", "Lima", "Mumbai", "Dublin", "Hanoi", "Seattle", "Vienna", "Cairo", "Melbourne", "Boston", "Prague", "Bogota", "Seoul", "Denver", "Oslo"),
    "country": ("Portugal", "Kenya", "Japan", "Canada", "Poland", "Peru", "India", "Ireland", "Vietnam", "Austria", "Egypt", "Australia", "Norway", "Chile", "Turkey", "Greece", "Mongolia", "Ghana", "Finland", "Iceland"),
    "company": ("Northwind", "Brightwater Foods", "Halden Logistics", "Kestrel Energy", "Blue Harbor", "Orchid Health", "Meridian Steel", "Larkspur", "Tallgrass Farms", "Copperline", "Vantage Rail"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "[January|March|April|June|July|August|October|November] {number}", "{number} [May|June|September|December] [2019|2021|2023|2024]"),
    "number": ("2", "3", "4", "5", "6", "7", "8", "9", "11", "12", "14", "15", "16", "18", "20", "24", "25"),
    "big": ("30", "36", "40", "45", "48", "60", "72", "75", "80", "90", "96", "120", "150", "180", "200", "240", "250", "360", "480", "500", "750", "1200", "1,500", "3,000", "12,000"),
    "animal": ("fox", "owl", "hedgehog", "whale", "cat", "dragon", "sparrow", "turtle", "elephant", "spider", "wolf", "donkey"),
    "thing": ("umbrella", "lighthouse", "piano", "bicycle", "telescope", "suitcase", "teapot", "map", "clock", "mirror", "candle", "violin", "robot", "postcard"),
    "food": ("apples", "cookies", "oranges", "eggs", "muffins", "sandwiches", "tomatoes", "bananas", "cupcakes", "lemons", "pancakes", "bagels"),
    "news": (
        "{company} said on {day} that it will [open|close|expand] its [plant|office|warehouse|research centre] in {city}, [creating|cutting|moving] about {big} jobs. {person}, who leads the [company|region], called it [a hard decision|a turning point|long overdue]. Unions [welcomed|criticised] the plan.",
        "[Heavy rain|A storm|Flooding|A heat wave|Wildfires] hit {city} on {day}, leaving {big} [homes|families|shops] without [power|water]. [Schools|Trains|Ferries] will stay [closed|stopped] until {day}, officials said. The mayor, {person}, asked people to [stay indoors|save water|check on neighbours].",
        "Researchers at the University of {city} have found that [children|older adults|office workers|bees|urban trees] [who sleep less|that live near roads|under stress|given more light] [recover|learn|grow] [more slowly|faster] than expected. The study followed {big} [people|plants|colonies] for {number} years and was published on {day}.",
        "The [council|parliament|city] of {city} voted {big} to {number} on {day} to [ban|tax|fund|allow] [short-term rentals|diesel cars|a new stadium|night markets|electric scooters]. Supporters say the step will [cut noise|bring visitors|save money]; opponents fear [higher rents|lost jobs|more traffic].",
        "{city} [beat|lost to|drew with] {city} {number}-{number} on {day} after {person} scored [late|twice|from a free kick] in front of {big} fans. The coach said the team had [never stopped believing|been lucky|earned its rest].",
    ),
    "mail": (
        "Dear {person},\n\nthank you for your [order|message|application|visit] of {day}. Unfortunately the {thing} [is out of stock|arrived damaged|will be {number} days late]. We will [send it again|refund {big} dollars|call you on {day}]. Please [reply|confirm|write to us] by {day}.\n\nKind regards,\n{person}\n{company}",
        "Hi team,\n\nquick update from {city}: the [launch|audit|move|training] is now on {day} instead of {day}. {name} takes over the [budget|slides|guest list], {name} talks to {company}. We still need [a room|{number} volunteers|approval from legal]. [Any questions, ask me.|Thanks!]\n\n{name}",
        "Subject: [Invoice|Meeting|Delivery|Contract] {big}\n\nHello {name}, the [invoice|contract|shipment] number {number}{big} from {company} over {big} euros is due on {day}. [The contact is {person}, phone {big}-{big}|Please check the address in {city}|Let me know if anything is missing].",
    ),
    "minutes": (
        "[Meeting|Call|Workshop] of {day}. Present: {name}, {name}, {person}. {name} reported that [sales fell {number} percent|the migration is half done|the supplier raised prices]. It was agreed to [hire two people|stop the trial|ask {company} for an offer]. {name} will [write the report|book the venue|fix the login] until {day}. Next meeting in {city}.",
        "{name}: [Did you finish|Have you seen|Who has] the [draft|contract|numbers|keys]?\n{name}: [Not yet|Almost|Yes], I [need|am waiting for] [the data from {city}|{person}|one more hour].\n{name}: [OK|Fine], then we [talk|meet|send it] on {day}.\n{name}: [Perfect|Great|Sounds good]. [Bring the {thing}, please.|And call {company}.|]",
        "A: Hey, are you coming on {day}?\nB: I can't, my train to {city} leaves at {number}.\nA: What a pity. {name} wanted to give you the {thing}.\nB: Tell {name} I'll pick it up on {day}.",
    ),
    "review": (
        "We [stayed|ate|shopped] at [the Old Mill|Casa Verde|Harbor View|the Corner House] in {city} [last week|on {day}|for our anniversary]. The [room|soup|service|view] was [wonderful|cold|better than expected|far too loud], but [the staff|the waiter|the manager], {name}, [made up for it|did not care|was very kind]. We paid {big} dollars. [I would come again.|Never again.|Three stars.]",
        "I bought this {thing} {number} weeks ago. [Setup was easy|The manual is useless|The battery lasts {number} hours], the [colour|screen|handle] [is lovely|broke on day {number}|feels cheap]. Support from {company} [answered within a day|never replied].",
    ),
    "manual": (
        "The [pump|server|scanner|thermostat|printer] must be [switched off|updated|cleaned] before the [filter|firmware|cover] is changed. Hold the [green|left|small] button for {number} seconds until the light [blinks|turns red]. If the display shows E{number}, [call a technician|restart the device|check the cable]. Do not use [water|other adapters|force].",
        "To [install|upgrade|back up] the [service|database|agent], [download the package|stop all workers|open the settings page] and run the [setup|migration|export]. The option `{setting}` [defaults to|must be] {number}; `{setting}` is [optional|ignored on Windows]. [Restart|Log in] afterwards and check the [log|status page].",
        "[Employees|Tenants|Members|Visitors] [must|may|should] [register|return the key|report damage] within {number} days. [Exceptions|Late requests|Fees] are decided by the [office|board|manager] in {city}. This [policy|agreement|rule] [takes effect|ends] on {day} and replaces the one of {day}.",
    ),
    "setting": ("max_retries", "timeout_s", "cache_dir", "log_level", "pool_size", "read_only", "api_base", "batch_limit"),
    "science": (
        "[Volcanoes|Glaciers|Coral reefs|Mangroves|Peat bogs] [form|grow|shrink] over [centuries|thousands of years] as [heat|pressure|sediment|salt] [builds up|moves]. They [store|release|filter] large amounts of [carbon|water|minerals] and [protect|feed|threaten] [coastal towns|many species|farmland]. In {country} about {big} of them are [watched|protected] today.",
        "The [railway|canal|cathedral|bridge|lighthouse] of {city} was [begun|finished|opened] in 18{big} under {person}. It [connected|replaced|overlooked] the [old harbour|market|fortress] and cost {number} lives. After the [war|fire|flood] it was [rebuilt|forgotten|turned into a museum].",
        "[Bees|Octopuses|Crows|Bats|Ants] [use|have|show] [remarkable memory|a kind of language|tools], as experiments in {country} [proved|suggest]. One [animal|group] [solved|remembered] {number} [puzzles|faces|routes] after {big} days. [Why they do so is unclear.|Scientists now look at their genes.]",
    ),
    "passage": ("{news}", "{news}", "{mail}", "{minutes}", "{review}", "{manual}", "{science}", "{news} {news}", "{news}\n\n{science}", "{manual} {manual}", "{science} {science}", "{review} {review}", "{mail}\n\n{mail}", "{minutes}\n{minutes}", "{news} {science} {manual}", "{line}", "{line} {line}", "{math} {math}", "{financial_compliance} {financial_compliance}", "{code}", "{factual} {line}", "{manual} {code}"),
    "line": ("The {thing} of {person} [was found|is missing|arrived] in {city} on {day}.", "[Where|When] can I [buy|leave|return] the {thing}?", "{name} has lived in {city} for {number} years.", "The meeting on {day} is cancelled.", "[Good morning|Thank you very much|See you tomorrow|Where is the station|I would like a coffee|How much does it cost|My friend is late|The weather is beautiful today|I lost my passport|Happy birthday to you].", "{company} [hired|paid|sued] {person} [on {day}|for {big} dollars].", "Life is [short|a long road|what we make of it]; [art is long|keep walking|be kind]."),
}  # fmt: skip
