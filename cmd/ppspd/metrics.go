package main

import (
	"runtime/metrics"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/internal/admin"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/gnetd"
	"github.com/ppspd/ppspd/wheel"
)

// metrics are the sources of the metrics page.
func (p *process) metrics() []func(*admin.Page) {
	return []func(*admin.Page){
		func(page *admin.Page) { trackerMetrics(page, p.tracker.Stats()) },
		func(page *admin.Page) { exchangeMetrics(page, p.exchange.Counts()) },
		p.frontMetrics,
		p.clockMetrics,
		runtimeMetrics,
	}
}

func trackerMetrics(page *admin.Page, s engine.Stats) {
	page.Value("ppspd_peers", admin.Gauge, "Registered peers.", float64(s.Peers))
	page.Value("ppspd_swarms", admin.Gauge, "Swarms with members.", float64(s.Swarms))
	page.Value("ppspd_memberships", admin.Gauge, "Memberships of peers in swarms.", float64(s.Memberships))
	page.Value("ppspd_index_bytes", admin.Gauge, "Memory of index and timers.", float64(s.Bytes))
	page.Value("ppspd_expiry_lag_seconds", admin.Gauge, "How far the removal of expired peers is behind.",
		float64(s.Lag)*wheel.TickDuration.Seconds())
	page.Value("ppspd_tracker_started_total", admin.Counter, "Times that the tracker went from INIT to STARTED.", float64(s.Started))

	requests := page.Family("ppspd_handled_total", admin.Counter, "Requests that reached the rules, by method and outcome.")
	for m := 1; m < engine.Methods; m++ {
		for o := range engine.Outcomes {
			requests.Sample(float64(s.Requests[m][o]), "method", codec.Method(m).String(), "outcome", engine.Outcome(o).String())
		}
	}
	ends := page.Family("ppspd_registrations_ended_total", admin.Counter, "Registrations that ended, by cause.")
	ends.Sample(float64(s.Left), "cause", "left")
	ends.Sample(float64(s.Expired), "cause", "expired")
	ends.Sample(float64(s.Deregistered), "cause", "deregistered")
	page.Value("ppspd_registrations_total", admin.Counter, "Registrations.", float64(s.Registered))
	page.Value("ppspd_listed_peers_total", admin.Counter, "Peers in peer lists.", float64(s.ListedPeers))
	page.Value("ppspd_uploaded_bytes_total", admin.Counter, "Bytes that peers have reported as sent, over all swarms.", float64(s.Uploaded))
	page.Value("ppspd_downloaded_bytes_total", admin.Counter, "Bytes that peers have reported as received, over all swarms.", float64(s.Downloaded))
	page.Value("ppspd_takeovers_total", admin.Counter, "Registrations taken over from another address.", float64(s.Takeovers))
	page.Value("ppspd_addresses_revealed_total", admin.Counter, "Peers with an announced address that was verified later.", float64(s.Revealed))
	page.Value("ppspd_stats_ignored_total", admin.Counter, "Stat blocks of swarms that were not joined.", float64(s.StatsIgnored))
	page.Value("ppspd_online_time_mismatch_total", admin.Counter, "Reported OnlineTimes that differ from the tracker's.", float64(s.OnlineTimeMismatch))
	page.Value("ppspd_transaction_reused_total", admin.Counter, "Different requests with the last TransactionID.", float64(s.TransactionReused))
}

func exchangeMetrics(page *admin.Page, c exchange.Counts) {
	f := page.Family("ppspd_answers_total", admin.Counter, "Answers by status code and reason.")
	for i, n := range c.Answers {
		if fault := codec.Fault(i); n > 0 {
			f.Sample(float64(n), "code", statusText(fault.Status()), "reason", fault.Reason())
		}
	}
	page.Value("ppspd_request_bytes_total", admin.Counter, "Bytes of requests that were served.", float64(c.BytesIn))
	page.Value("ppspd_body_bytes_total", admin.Counter, "Bytes of message-bodies that were sent.", float64(c.BytesOut))
	page.Value("ppspd_gzip_answers_total", admin.Counter, "Answers coded with gzip.", float64(c.Coded))
	page.Value("ppspd_panics_total", admin.Counter, "Requests that ended in a panic and were answered 500.", float64(c.Panics))
}

func statusText(s codec.Status) string {
	return string([]byte{'0' + byte(s/100), '0' + byte(s/10%10), '0' + byte(s%10)})
}

// frontMetrics are those that both front ends keep, and what gnet's adds.
func (p *process) frontMetrics(page *admin.Page) {
	var open, accepted, refused float64
	ended := func() *admin.Family {
		page.Value("ppspd_connections", admin.Gauge, "Open connections.", open)
		page.Value("ppspd_connections_total", admin.Counter, "Accepted connections.", accepted)
		f := page.Family("ppspd_connections_ended_total", admin.Counter, "Connections that the tracker ended, by cause.")
		f.Sample(refused, "cause", "refused")
		return f
	}
	switch s := p.front.(type) {
	case *gnetd.Server:
		c := s.Counts()
		open, accepted, refused = float64(c.Open), float64(c.Accepted), float64(c.Refused)
		f := ended()
		f.Sample(float64(c.TimedOut), "cause", "request_timeout")
		f.Sample(float64(c.Idle), "cause", "idle")
		f.Sample(float64(c.Slow), "cause", "slow_reader")
		f.Sample(float64(c.Panics), "cause", "panic")
		page.Value("ppspd_loops_restarted_total", admin.Counter, "Times that the event loops ended by themselves and new ones started.", float64(c.Restarts))
	case *fasthttpListener:
		c := s.Counts()
		open, accepted, refused = float64(c.Open), float64(c.Accepted), float64(c.Refused)
		ended()
	}
}

func (p *process) clockMetrics(page *admin.Page) {
	page.Value("ppspd_expiry_slice_worst_seconds", admin.Gauge, "Longest slice of removing expired peers so far.",
		float64(p.clock.worst.Load())/1e9)
	page.Value("ppspd_clock_skipped_seconds_total", admin.Counter, "Time during which the machine was stopped.",
		float64(p.clock.skipped.Load())/1e9)
}

func runtimeMetrics(page *admin.Page) {
	samples := []metrics.Sample{
		{Name: "/sched/goroutines:goroutines"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/cpu/classes/gc/total:cpu-seconds"},
	}
	metrics.Read(samples)
	page.Value("go_goroutines", admin.Gauge, "Goroutines.", float64(samples[0].Value.Uint64()))
	page.Value("go_memory_bytes", admin.Gauge, "Memory mapped by the Go runtime.", float64(samples[1].Value.Uint64()))
	page.Value("go_gc_cycles_total", admin.Counter, "Garbage collections.", float64(samples[2].Value.Uint64()))
	page.Value("go_gc_cpu_seconds_total", admin.Counter, "CPU time of garbage collection.", samples[3].Value.Float64())
}
