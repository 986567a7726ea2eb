package xmltext

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// messageCount is how many messages of a shape are rotated: one hot message
// measures the branch predictor.
const messageCount = 4096

// shapes are generators of messages like those of section 4 of the draft.
var shapes = []struct {
	name string
	make func(r *rand.Rand) string
}{
	{"connect", connectSeeder},
	{"connect-leech", connectLeecher},
	{"find", find},
	{"stat-report", statReport},
	{"mixed", mixed},
	{"minified", func(r *rand.Rand) string {
		return strings.NewReplacer("\n    transactionID", " transactionID", "\n        priority", " priority", "\n", "", "  ", "").Replace(mixed(r))
	}},
	{"slow", slow},
}

// messages is messageCount messages of a shape, with fresh ids.
func messages(make func(*rand.Rand) string) [][]byte {
	r := rand.New(rand.NewPCG(7, 846))
	var all [][]byte
	for range messageCount {
		all = append(all, []byte(make(r)))
	}
	return all
}

const (
	messageHead = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">
`
	messageTail = "</PPSPTrackerProtocol>\n"
)

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

func peerID(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
	}
	return fmt.Sprint(r.Int64N(1e13))
}

func swarmElement(r *rand.Rand, action, mode, transaction string) string {
	return fmt.Sprintf("  <SwarmID action=\"%s\" peerMode=\"%s\"\n    transactionID=\"%s\">%d</SwarmID>\n",
		action, mode, transaction, r.IntN(100000))
}

func connectSeeder(r *rand.Rand) string {
	t := r.IntN(1e6)
	return messageHead +
		"  <Request>CONNECT</Request>\n" +
		"  <PeerID>" + peerID(r) + "</PeerID>\n" +
		fmt.Sprintf("  <PeerNum abilityNAT=\"%s\">%d</PeerNum>\n", pick(r, "STUN", "NoNAT"), r.IntN(50)) +
		swarmElement(r, "JOIN", "SEED", fmt.Sprintf("%d.1", t)) +
		fmt.Sprintf("  <TransactionID>%d.0</TransactionID>\n", t) +
		messageTail
}

func addressElement(r *rand.Rand, kind, ip string) string {
	return fmt.Sprintf("      <PeerAddress addrType=\"%s\" ip=\"%s\" port=\"%d\"\n        priority=\"%d\" peerProtocol=\"PPSP-PP\" />\n",
		kind, ip, 1+r.IntN(65535), r.IntN(4))
}

func connectLeecher(r *rand.Rand) string {
	t := r.IntN(1e6)
	s := messageHead +
		"  <Request>CONNECT</Request>\n" +
		"  <PeerID>" + peerID(r) + "</PeerID>\n" +
		fmt.Sprintf("  <PeerNum>%d</PeerNum>\n", r.IntN(50))
	if r.IntN(2) == 0 {
		s += swarmElement(r, "LEAVE", "LEECH", fmt.Sprintf("%d.2", t))
	}
	s += swarmElement(r, "JOIN", "LEECH", fmt.Sprintf("%d.1", t)) +
		fmt.Sprintf("  <TransactionID>%d.0</TransactionID>\n", t) +
		"  <PeerGroup>\n    <PeerInfo>\n" +
		addressElement(r, "ipv4", fmt.Sprintf("192.0.2.%d", r.IntN(256)))
	if r.IntN(2) == 0 {
		s += addressElement(r, "ipv6", fmt.Sprintf("2001:db8::%x", r.IntN(1<<16)))
	}
	return s + "    </PeerInfo>\n  </PeerGroup>\n" + messageTail
}

func find(r *rand.Rand) string {
	return messageHead +
		"  <Request>FIND</Request>\n" +
		"  <PeerID>" + peerID(r) + "</PeerID>\n" +
		fmt.Sprintf("  <PeerNum>%d</PeerNum>\n  <SwarmID>%d</SwarmID>\n", r.IntN(50), r.IntN(100000)) +
		fmt.Sprintf("  <TransactionID>%d</TransactionID>\n", r.IntN(1e6)) +
		messageTail
}

func statReport(r *rand.Rand) string {
	return messageHead +
		"  <Request>STAT_REPORT</Request>\n" +
		"  <PeerID>" + peerID(r) + "</PeerID>\n" +
		fmt.Sprintf("  <TransactionID>%d</TransactionID>\n", r.IntN(1e6)) +
		"  <StatisticsGroup>\n    <Stat property=\"StreamStatistics\">\n" +
		fmt.Sprintf("      <SwarmID>%d</SwarmID>\n", r.IntN(100000)) +
		fmt.Sprintf("      <UploadedBytes>%d</UploadedBytes>\n", r.Int64N(1e10)) +
		fmt.Sprintf("      <DownloadedBytes>%d</DownloadedBytes>\n", r.Int64N(1e10)) +
		fmt.Sprintf("      <AvailBandwidth>%d</AvailBandwidth>\n", r.Int64N(1e8)) +
		"    </Stat>\n  </StatisticsGroup>\n" +
		messageTail
}

func mixed(r *rand.Rand) string {
	plain := [...]func(*rand.Rand) string{connectSeeder, connectLeecher, find, statReport}
	return plain[r.IntN(len(plain))](r)
}

// slow is a message in which nothing takes a fast path: prefixes, single
// quotes, references, CDATA, comments, non-ASCII, CR LF.
func slow(r *rand.Rand) string {
	s := "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n" +
		"<!-- " + peerID(r) + " -->\r\n" +
		"<t:PPSPTrackerProtocol xmlns:t = 'urn:ietf:params:xml:ns:ppsp-tp' xmlns:x='urn:x' version='1&#46;0'>\r\n" +
		"<t:Request><![CDATA[CONNECT]]></t:Request>\r\n" +
		fmt.Sprintf("<t:PeerID>caf\u00e9 &amp; %s</t:PeerID>\r\n", peerID(r)) +
		fmt.Sprintf("<t:SwarmID action='JOIN' x:note='a&lt;b' peerMode='&#x53;EED' transactionID='%d.1' >%d</t:SwarmID >\r\n", r.IntN(1e6), r.IntN(1e5)) +
		fmt.Sprintf("<t:TransactionID>%d<!-- -->.0</t:TransactionID>\r\n<?ppsp note?>\r\n", r.IntN(1e6))
	return s + "</t:PPSPTrackerProtocol>\r\n"
}
