//! The address of the client.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName};

use crate::config::Network;

/// The addresses that a request was forwarded for, written by proxies.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The length of an IPv6 network prefix. A client can use all addresses within it.
const IPV6_PREFIX_LENGTH: u32 = 64;

/// The client of a request.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddr {
    /// The address of the connection. If it belongs to a trusted proxy, the last forwarded address that does not belong
    /// to one. `None` without a connection, as in tests.
    pub address: Option<IpAddr>,
    /// Whether the client is a program on this machine.
    is_local: bool,
}

impl ClientAddr {
    /// Returns the client of a request.
    #[must_use]
    pub fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Self { address: None, is_local: true };
        };
        // An unreadable value must not look like a missing one.
        let forwarded: Vec<Cow<'_, str>> =
            headers.get_all(X_FORWARDED_FOR).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        Self::resolve(peer.ip(), &forwarded, trusted)
    }

    /// Follows the forwarded addresses from the last to the first, for as long as the previous one is trusted.
    fn resolve(peer: IpAddr, forwarded: &[Cow<'_, str>], trusted: &[Network]) -> Self {
        let mut client = peer;
        let hops = forwarded.iter().rev().flat_map(|hops| hops.rsplit(',')).map(str::trim);
        // Empty elements of a list are ignored: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
        let mut hops = hops.filter(|hop| !hop.is_empty()).peekable();
        while trusted.iter().any(|network| network.contains(client))
            && let Some(address) = hops.peek().and_then(|hop| address(hop))
        {
            client = address;
            hops.next();
        }
        let is_empty = |line: &Cow<'_, str>| line.split(',').all(|hop| hop.trim().is_empty());
        // The remaining addresses are the word of a proxy that is not trusted, or unreadable: the client is unknown. So it
        // is if a header has no address.
        let is_local = !forwarded.iter().any(is_empty)
            && hops.peek().is_none()
            && [peer, client].iter().all(|address| address.to_canonical().is_loopback());
        Self { address: Some(client), is_local }
    }

    /// Returns whether the client is a program on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// Returns the address, or the network prefix of an IPv6 address: the rate limit applies to the whole prefix.
    #[must_use]
    pub fn rate_limit_prefix(&self) -> Option<IpAddr> {
        self.address.map(|address| match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits() >> (128 - IPV6_PREFIX_LENGTH) << (128 - IPV6_PREFIX_LENGTH),
            )),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// Parses a forwarded address. Some proxies append the port of the connection, or add the brackets of a URL.
fn address(hop: &str) -> Option<IpAddr> {
    let inner = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    inner.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        super::address(text).expect("the address is valid")
    }

    fn client(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
        ClientAddr::resolve(peer, &[forwarded.into()], trusted).address.expect("it has a connection")
    }

    #[test]
    fn only_trusted_proxies_can_forward_addresses() {
        let (proxy, stranger) = (address("10.0.0.1"), address("203.0.113.9"));
        let network = |text: &str| text.parse::<Network>().expect("the network is valid");
        let both = [network("10.0.0.1"), network("10.0.0.2/32")];
        assert_eq!(client(proxy, "", &both), proxy);
        assert_eq!(client(stranger, "198.51.100.1", &both), stranger);
        assert_eq!(client(proxy, "198.51.100.1, 203.0.113.9", &both), stranger);
        assert_eq!(client(proxy, "198.51.100.1, 203.0.113.9, 10.0.0.2", &both), stranger);
        assert_eq!(client(proxy, "203.0.113.9", &[]), proxy);
        assert_eq!(client(proxy, "nonsense", &both), proxy);
        assert_eq!(client(proxy, "203.0.113.9:4711", &both), stranger);
        assert_eq!(client(proxy, "[2001:db8::1]:4711", &both), address("2001:db8::1"));
        assert_eq!(client(proxy, "[2001:db8::1]", &both), address("2001:db8::1"));
        assert_eq!(client(proxy, "203.0.113.9, ", &both), stranger);
    }

    #[test]
    fn trusted_networks_can_forward_addresses() {
        let networks = ["10.0.0.0/8", "2001:db8::/32", "::ffff:192.168.0.0/112"];
        let networks = networks.map(|text| text.parse::<Network>().expect("the network is valid"));
        let stranger = address("203.0.113.9");
        for proxy in ["10.0.0.1", "10.255.255.255", "::ffff:10.0.0.1", "2001:db8:1::1", "192.168.3.4"] {
            assert_eq!(client(address(proxy), "203.0.113.9, 10.1.2.3", &networks), stranger, "{proxy}");
        }
        for proxy in ["11.0.0.1", "2001:db9::1", "::ffff:11.0.0.1", "192.169.0.1"] {
            assert_eq!(client(address(proxy), "203.0.113.9", &networks), address(proxy), "{proxy}");
        }
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let network = |text: &str| ClientAddr { address: Some(address(text)), is_local: false }.rate_limit_prefix();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("::ffff:203.0.113.9"), Some(address("203.0.113.9")));
    }

    #[test]
    fn loopback_addresses_are_local() {
        let is_local = |text: &str| ClientAddr::resolve(address(text), &[], &[]).is_local();
        assert!(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"].into_iter().all(is_local));
        assert!(!["10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "::"].into_iter().any(is_local));
    }

    #[test]
    fn loopback_addresses_of_other_machines_are_not_local() {
        let proxy = ["10.0.0.1".parse().expect("it is a network")];
        assert!(!ClientAddr::resolve(address("10.0.0.1"), &["127.0.0.1".into()], &proxy).is_local());
    }
}
