// Package config is the configuration of ppspd: one struct, filled from flags,
// the environment and a file, checked once.
//
// Every setting has one name. The flag -track-timeout is the environment
// variable PPSPD_TRACK_TIMEOUT and the key track-timeout of the YAML file named
// by -config. A flag wins over the environment, the environment over the file,
// the file over the default. A key of the file that is no setting is an error.
//
// It does not act on the configuration and reads nothing but the file.
//
// A Config is a value; it is not changed after Load.
package config
