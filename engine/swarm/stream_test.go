package swarm

import (
	"slices"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestStream(t *testing.T) {
	x := New(Config{Stripes: 1})
	s := x.StripeAt(0)
	var text codec.Text
	id := []byte("peer")
	add := func() Handle {
		h := s.Add(x.Hash(id), id)
		var c codec.Card
		codec.PutCard(&c, &text, id, nil)
		s.Join(h, []byte("swarm"), codec.ModeLeech, &c, &text)
		return h
	}
	s.Remove(add()) // nobody listens
	s.Attach(4)
	h := add()
	m, _ := s.First(h)
	s.SetMode(h, m, codec.ModeSeed)
	s.SetMode(h, m, codec.ModeSeed) // no change
	s.Expire(h)
	s.Remove(add())
	s.Remove(add()) // these three are dropped

	kinds := func(events []Event) (list []EventKind) {
		for _, e := range events {
			if e.Owner != s.Number(h) || string(e.Peer.AppendID(nil)) != "peer" || string(e.Swarm.AppendID(nil)) != "swarm" {
				t.Errorf("event %+v", e)
			}
			list = append(list, e.Kind)
		}
		return list
	}
	room := make([]Event, 0, 3)
	first, dropped := s.Drain(room)
	if want := []EventKind{EventJoin, EventMode, EventExpire}; !slices.Equal(kinds(first), want) || dropped != 0 {
		t.Errorf("%v, %d dropped; want %v", kinds(first), dropped, want)
	}
	if first[0].Mode != codec.ModeLeech || first[1].Mode != codec.ModeSeed || first[0].Ref != first[2].Ref {
		t.Errorf("%+v", first)
	}
	second, dropped := s.Drain(room)
	if want := []EventKind{EventJoin}; !slices.Equal(kinds(second), want) || dropped != 3 {
		t.Errorf("%v, %d dropped; want %v, 3", kinds(second), dropped, want)
	}
	s.Remove(add())
	third, dropped := s.Drain(room)
	if want := []EventKind{EventJoin, EventLeave}; !slices.Equal(kinds(third), want) || dropped != 0 {
		t.Errorf("%v, %d dropped; want %v", kinds(third), dropped, want)
	}
	s.Attach(0)
	s.Remove(add())
	if none, _ := s.Drain(room); len(none) != 0 {
		t.Errorf("%v after the end", none)
	}
}
