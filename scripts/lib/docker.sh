# shellcheck shell=bash
docker_find_disk() { die "no --docker yet"; }
docker_pack() { :; }
