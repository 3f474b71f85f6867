# Papers of a case.
paper-title = Report of a case
paper-check = This report is made of the signed records of the case alone. Each person with a copy of the case can check that no record was changed:
paper-case = Case
paper-name = Name of the case
paper-purpose = Purpose
paper-legal-basis = Legal basis
paper-opened = Opened
paper-two-persons = A decision needs a second person.
paper-head = Last record of this report
paper-head-digest = SHA-256 of that record
paper-record = Record
paper-result = Findings by decision
paper-all = all findings
paper-reports = Reports that arrived
paper-received = Received
paper-reporter = From
paper-reporter-victim = the person concerned
paper-reporter-flagger = a trusted flagger
paper-reporter-citizen = a citizen
paper-reporter-authority = an authority
paper-channel = Channel
paper-deadline = Time limit
paper-findings = Findings
paper-findings-none = The case has no findings. This holds only for what was looked through, with the lists below.
paper-findings-more = Findings shown here: { $shown } of { $total }. The records of the case contain all of them.
paper-finding = Finding { $number }
paper-path = Path
paper-path-sealed = sealed or erased
paper-file = File
paper-erased = Values of this finding were erased from the case. The signed record shows that they were there, and no longer which.
paper-found = Found
paper-weak = Little evidence: this is no match.
paper-suppressed = A list of what is allowed suppresses this match.
paper-authentic = This file shows a notice of a list of authentic notices.
paper-appealed = An appeal against this finding waits for its decision.
paper-match = Match
paper-entry = entry { $entry } of list { $list }
paper-list-only = list { $list }
paper-decision = Decision
paper-by = { $person }, as { $role }
paper-second = Second person
paper-seen = Seen
paper-seen-facts = the facts of the record alone
paper-seen-reduced = a blurred or grey picture
paper-seen-file = the file itself
paper-why = Reason
paper-coverage = What was looked through
paper-coverage-none = No scan of this case has ended. What was not looked through cannot be named.
paper-scan = Scan { $number }
paper-started = Begun
paper-ended = Ended
paper-discovered = Files and members of archives
paper-gaps = Not wholly examined, by the code of the reason
paper-refused = Uses of lists that were refused
paper-refused-scan = During
paper-refused-before = no scan: nothing was looked up
paper-use = Stated purpose
paper-region = Stated region
paper-lists = Lists
paper-generation = Generation
paper-list-digest = SHA-256 of the list
paper-signed = Key of its signature
paper-signed-none = not signed
paper-expires = Expires
paper-error = Measured error
paper-not-calibrated = Not calibrated on this population: no measured error of these lists is in the case.
paper-measured = Measured
paper-scans = Scans
paper-tool = Program
paper-binary = SHA-256 of the program
paper-sandbox = Confinement of decoders
paper-examiner = By
paper-roots = Paths
paper-options = Options
paper-keys = Keys that sign
paper-key = Key
paper-written = { $path }: { $count ->
    [one] one finding
   *[other] { $count } findings
}
paper-left-decision = Not in this paper because of their decision or status: { $count }
paper-left-digest = Not in this paper, which asks for a digest that the case does not hold: { $count }
paper-media-absent = Files of confirmed findings that are not in the container: { $count }. media.csv in the bundle says why.
paper-draft = This is a draft. Nothing was submitted: read CHECKLIST.txt in the archive first.
paper-verify =
    How to check this bundle

    1. Check that no file was changed: `sha256sum --check SHA256SUMS`
    2. Check the records of the case, without any network: `basma verify case --head { $digest } --opened-by { $key }`
    3. Compare the key and the digest with those that the sender gave you by another way.

    The folder `case` holds the signed records, the values that they commit to, and the public keys. Sealed files in it open only for the holders of their keys. Each record names the SHA-256 of the record before it: a record that was changed, removed or added breaks the chain.
