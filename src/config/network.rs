//! Networks of IP addresses.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::Value;

/// The length in bits of `::ffff:0:0/96`, which contains the IPv4-mapped addresses (RFC 4291 §2.5.5.2).
const MAPPED_PREFIX: u8 = 96;

/// An address, or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Returns whether the network contains an address. An IPv4-mapped IPv6 address, `::ffff:10.0.0.1`, counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Returns the length of the prefix in bits: a network with a longer prefix is more specific.
    #[must_use]
    pub fn prefix_length(&self) -> u8 {
        self.0.prefix_len()
    }

    /// Returns whether this is a network of IPv6 addresses.
    #[must_use]
    pub fn is_ipv6(&self) -> bool {
        matches!(self.0, IpNet::V6(_))
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(|network| Self(canonical(network)))
            .map_err(|_| format!("invalid network {text:?}: expected an IP address, or a network such as 10.0.0.0/8"))
    }
}

/// Returns the IPv4 network of an IPv4-mapped one, and any other network unchanged.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    match (mapped.addr().to_ipv4_mapped(), mapped.prefix_len().checked_sub(MAPPED_PREFIX)) {
        (Some(address), Some(length)) => IpNet::new(address.into(), length).unwrap_or(network),
        _ => network,
    }
}

/// A comma-separated list, possibly empty.
impl Value for Vec<Network> {
    fn parse(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|network| !network.is_empty()).map(str::parse).collect()
    }
}
