// Package lint is the project's own rules, run as tests: who may import whom,
// what core packages may not do, which words no name may have, how long a
// function may be. Each rule has a twin test that shows that it goes red.
//
// It contains no code that another package may import.
package lint
