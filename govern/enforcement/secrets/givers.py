"""Keys without a form of their own behind the name of the service that gives them out: `pagerduty = "…"`, `the shodan secret …`.

The names are those of services whose keys public scanners of source look for, as of 2026-11-28. A name alone says little, so that
the value must look drawn by chance, and be neither a digest nor an identifier; names that are words of every day are left out.
"""

from __future__ import annotations

import re

from govern.enforcement.secrets.checks import drawn_by_chance
from govern.enforcement.secrets.literals import is_chain
from govern.enforcement.secrets.published import published
from govern.enforcement.values.kind import ValueKind

_NAMES = """
abstractapi abuseipdb accuweather adafruit adzuna aeroworkflow agora airbrake airship airtable airvisual aiven alchemy alconost alegra
algolia alienvault allsports amadeus ambee amplitude anypoint apacta apideck apiflash apifonica apilayer apimatic apitemplate apollo
appcues appfollow appsynergy apptivo artsy asana ashby assemblyai atera autodesk autoklose autopilot avazapersonal aviationstack aylien
ayrshare bannerbear baremetrics baseapi beebole besnappy betterstack billomat bitbar bitcoinaverage bitfinex bitlyaccess bitmex blablabus
blazemeter blitapp blogger bombbomb boostnote borgbase braintree brandfetch browserstack browshot bscscan buddyns budibase bugherd bugsnag
buildkite bulbul bulksms buttercms caflou calendarific calendlyapikey calorieninja campayn cannyio capsulecrm captaindata carboninterface
cashboard caspio censys centralstationcrm cexio chartmogul chatfule checio checklyhq checkvist cicero circleci clarifai clearbit clickhelp
clickup cliengo clinchpad clockify clockworksms cloudconvert cloudelements cloudflare cloudimage cloudmersive cloudplan cloudsmith
cloudways cloverly cloze clustdoc codacy codeclimate codemagic codequiry coinapi coinbase coinlayer coinlib commercejs companyhub
confluent contentful contentstack convertapi convertkit convier couchbase countrylayer coveralls craftmypdf crowdin cryptocompare
currencycloud currencyfreaks currencylayer currentsapi customerguru customerio d7network dailyco dandelion dareboost databox datadog
datagov debounce deepai deepgram deepl delighted deputy detectify detectlanguage dfuse diffbot diggernaut digicert digitalocean discogs
disqus dnscheck docparser documo docusign doppler dotmailer dovico droneci dropbox duply dwolla dynadot dynalist easyinsight ecostruxure
edamam edenai eightxeight elasticemail elevenlabs emailoctopus enablex endorlabs etherscan ethplorer etsyapikey eventbrite everhour
exchangerate exportsdk extractorapi facebook faceplusplus fastforex fastly fibery figma fileio finage financialmodelingprep finnhub fixer
flatio fleetbase flexport flickr flightapi flightlabs flightstats flowflu flutterwave fmfw formbucket formcraft formio formsite foursquare
frameio freshbooks freshdesk freshsales fulcrum fullstory fxmarket gengo geoapify geocode geocodify geocodio geoipify getemail getgeoapi
getgist getresponse getsandbox gitea github gitlab gitter glassnode globalping gocanvas gocardless goodday grafana graphcms graphhopper
groovehq gtmetrix guardianapi gumroad gyazo happyscribe heatmapapi helpcrunch helpscout hereapi heroku hiveage holidayapi honeycomb
hotwire html2pdf hubspot hunter hybiscus hypertrack ibmclouduserkey iconfinder iexapis iexcloud imagekit imagga infura insightly instabot
instamojo intercom interseller intrinio invoiceocean ip2location ipapi ipgeolocation ipify ipinfo ipinfodb ipquality ipregistry ipstack
jiratoken jotform jumpcloud jumpseller juro kanbantool karmacrm keenio keygen kickbox klaviyo klipfolio knapsackpro kontent kucoin kylas
languagelayer larksuite launchdarkly leadfeeder lendflow lessannoyingcrm lexigram linearapi linemessaging linenotify linkpreview liveagent
livestorm loadmill locationiq loginradius logzio lokalise loyverse luno madkudu magicbell mailboxlayer mailchimp mailerlite mailgun
mailjet mailmodo mailsac mandrill mapbox mapquest marketstack mattermost mavenlink maxmind meaningcloud mediastack meilisearch meistertask
meraki mesibo messagebird metaapi metabase metrilo microsoftteams mindmeister miro mistral mite mixmax mixpanel mockaroo mongodb
monkeylearn moonclerk moosend moralis mrticktock mux myfreshworks nasdaqdatalink neutrinoapi newrelic newsapi newscatcher nexmo nftport
ngc nicereply nightfall noticeable notion nozbe npmtoken numverify nutritionix nylas nytimes oanda okta omnisend onedesk onelogin
onepagecrm oneslash onfleet oopspam openai opencagedata opengraphr openuv openvpn openweather opsgenie optidash optimizely overloop owlbot
packagecloud pagarme pagerduty pandadoc pandascore paperform paralleldots parsehub parseur partnerstack passbase pastebin paydirt paymo
paymongo paypal paystack pdflayer pdfshift peopledatalabs pepipost percy pinata pinecone pipedream pipedrive pivotaltracker pixabay plaid
planviewleankit planyo plivo podio pollsapi poloniex polygon portainer positionstack postageapp posthog postman postmark powrbot prodpad
prospectcrm protocolsio proxycrawl pubnub purestake pushbullet pusher qase qualaroo qubole quickbase quickmetrics rapidapi ravenhq rawg
razorpay reachmail readme reallysimple rebrandly rechargepayments refiner rentman repairshopr replicate replyio requestfinance restpack
restpackhtml revampcrm ringcentral ritekit roaring rocketreach rollbar roninapp rootly rownd runrunit salesblink salescookie salesflare
salesforce salesmate sanity satismeter saucelabs scalewaykey scalr scrapeowl scraperapi scraperbox scrapestack scrapfly scrapingant
scrapingbee screenshotapi screenshotlayer scrutinizer securitytrails selectpdf semaphore sendbird sendgrid sendinblue sentry serphouse
serpstack serveravatar sheety sherpadesk shipday shodan shopify shotstack shutterstock sigopt simfin simplesat simplynoted simvoly sinch
sirv siteleaf skrappio skybiometry slack sloppyio smartsheet smartystreets smooch snipcart snykkey solarwinds sonarcloud sonarqube
sourcegraph sparkpost speechtext splunk splunkobservability spoonacular sportradar sportsmonk spotify squareapp sslmate statuscake
statuspage statuspal stitchdata stockdata storecove stormboard stormglass storyblok storychief strava stripe stripo stytch sugester
sumologic supabase supernotes survey2connect surveyanyplace surveybot surveysparrow swiftype tableau tailscale taskade tatum tatumio
taxjar teamgate teamwork techtarget telegram telnyx terraform testingbot textmagic theoddsapi thinkific thousandeyes ticketmaster
tickettailor tiingo timecamp timezoneapi tly tmetric todoist toggltrack tomorrowio tomtom tradier transferwise travelpayouts travisci
trello twelvedata twilio twitch twitter tyntec typeform typetalk ubidots uclassify unifyid unplugg unsplash upcdatabase uplead uploadcare
upstash upwave urlscan userflow userstack vagrantcloud vatlayer vbout vercel verimail veriphone versioneye viewneo virustotal
visualcrossing voiceflow voodoosms vouchery vpnapi vultr vyte walkscore wealthbox weatherbit weatherstack web3storage webex webflow
webscraper webscraping websitepulse wepay whoxy wistia woocommerce workable workstack worldcoinindex worldweather wrike xata yandex yelp
youneedabudget yousign youtube zapier zendesk zenkit zenrows zenscrape zenserp zeplin zerobounce zerotier zipapi zipbooks zipcodeapi
zipcodebase zoho zonkafeedback zoom zulipchat
"""
NAMES = tuple(_NAMES.split())
_SHORTEST = 20
_DIGESTS = (40, 56, 64, 96, 128)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+(?:-[0-9a-fA-F]+)*")
_REACH = 16
"""Characters between the name and the value: `Key = '`, `Client(`."""
_ASSIGNED = re.compile(rb"[:=(][ \t]{0,2}[\"']?\Z")


def _is_key(value: str) -> bool:
    if _HEXADECIMAL.fullmatch(value) and (len(value) in _DIGESTS or "-" in value):
        return False
    return drawn_by_chance(value, _SHORTEST) and not published(value) and not is_chain(value)


def _is_given(data: bytes, start: int, end: int, complete: bool) -> bool:
    """A run of hexadecimal digits behind a name is a key where it is assigned only: else an identifier, a digest."""
    value = data[start:end].decode()
    return not _HEXADECIMAL.fullmatch(value) or _ASSIGNED.search(data[max(0, start - 4) : start]) is not None


KINDS = (
    ValueKind(
        "generic_secret",
        (rf"\b[A-Za-z0-9_\-]{{{_SHORTEST},}}",),
        _is_key,
        NAMES,
        cued=0.85,
        whole=0.0,
        longest=0,
        severity="high",
        whole_run=True,
        reach_before=_REACH,
        reach_after=-1,
        around=_is_given,
    ),
)
