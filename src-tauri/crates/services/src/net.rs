//! Facts about network addresses that sign-in and mail share.

use std::net::IpAddr;

/// Whether `host` is this computer, so that nobody else can read what is sent to it. An IPv6 address may be in
/// brackets, as `Url::host_str` writes it.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
