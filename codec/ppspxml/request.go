package ppspxml

import (
	"strconv"

	"github.com/ppspd/ppspd/codec"
)

// appendRequest appends a request in the order of the generic format (section
// 3.1).
func appendRequest(dst []byte, r *codec.Request) []byte {
	dst = append(dst, head+"<Request>"...)
	dst = append(dst, r.Method.String()...)
	dst = append(dst, "</Request>"...)
	dst = appendElement(dst, "<TransactionID>", &r.Text, r.TransactionID, "</TransactionID>")
	dst = appendElement(dst, "<PeerID>", &r.Text, r.PeerID, "</PeerID>")
	for i := range r.Actions() {
		dst = appendAction(dst, &r.Text, &r.Actions()[i])
	}
	dst = appendPeerNum(dst, &r.PeerNum)
	if r.PeerGroup {
		dst = append(dst, "<PeerGroup><PeerInfo>"...)
		dst = appendAddresses(dst, &r.Text, r.Addresses())
		dst = append(dst, "</PeerInfo></PeerGroup>"...)
	}
	if len(r.Stats()) > 0 {
		dst = append(dst, "<StatisticsGroup>"...)
		for i := range r.Stats() {
			dst = appendStat(dst, &r.Text, &r.Stats()[i])
		}
		dst = append(dst, "</StatisticsGroup>"...)
	}
	return append(dst, foot...)
}

func appendAction(dst []byte, t *codec.Text, a *codec.Action) []byte {
	dst = appendWord(append(dst, "<SwarmID"...), ` action="`, a.Verb.String())
	dst = appendWord(dst, ` peerMode="`, a.Mode.String())
	dst = appendAttr(dst, ` transactionID="`, t, a.TransactionID)
	dst = appendText(append(dst, '>'), t.Bytes(a.SwarmID))
	return append(dst, "</SwarmID>"...)
}

func appendPeerNum(dst []byte, p *codec.PeerNum) []byte {
	if !p.Present {
		return dst
	}
	dst = appendWord(append(dst, "<PeerNum"...), ` abilityNAT="`, p.NAT.String())
	dst = appendWord(dst, ` concurrentLinks="`, p.Links.String())
	dst = appendWord(dst, ` onlineTime="`, p.Online.String())
	dst = appendWord(dst, ` uploadBWlevel="`, p.Upload.String())
	dst = codec.AppendNumber(append(dst, '>'), p.Count)
	return append(dst, "</PeerNum>"...)
}

// appendStat appends a Stat: the fields of StreamStatistics, the content of any
// other block as it is.
func appendStat(dst []byte, t *codec.Text, s *codec.Stat) []byte {
	dst = appendAttr(append(dst, "<Stat"...), ` property="`, t, s.Name)
	dst = append(dst, '>')
	if s.Property == codec.PropertyStreamStatistics {
		dst = appendStream(dst, t, s)
	} else if s.Content.Present() {
		dst = append(dst, t.Bytes(s.Content)...)
	} else {
		dst = appendElement(dst, "<SwarmID>", t, s.SwarmID, "</SwarmID>")
	}
	return append(dst, "</Stat>"...)
}

func appendStream(dst []byte, t *codec.Text, s *codec.Stat) []byte {
	dst = appendElement(dst, "<SwarmID>", t, s.SwarmID, "</SwarmID>")
	if s.Has&codec.StatUploaded != 0 {
		dst = appendNumber(dst, "<UploadedBytes>", s.Uploaded, "</UploadedBytes>")
	}
	if s.Has&codec.StatDownloaded != 0 {
		dst = appendNumber(dst, "<DownloadedBytes>", s.Downloaded, "</DownloadedBytes>")
	}
	if s.Has&codec.StatBandwidth != 0 {
		dst = appendNumber(dst, "<AvailBandwidth>", s.Bandwidth, "</AvailBandwidth>")
	}
	if s.Has&codec.StatOnlineTime != 0 {
		dst = appendNumber(dst, "<OnlineTime>", s.OnlineTime, "</OnlineTime>")
	}
	return dst
}

func appendNumber(dst []byte, start string, n uint64, end string) []byte {
	return append(strconv.AppendUint(append(dst, start...), n, 10), end...)
}
