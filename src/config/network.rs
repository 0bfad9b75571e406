//! Networks of IP addresses.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::Value;

/// An address, or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Returns whether the network contains an address. An IPv4-mapped IPv6 address, `::ffff:10.0.0.1`, counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(|address| address.to_canonical().into()));
        network.map(Self).map_err(|_| format!("is no IP address or network: {text:?} (expected one like 10.0.0.0/8)"))
    }
}

/// Separated by commas; the list can be empty.
impl Value for Vec<Network> {
    fn parse(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|network| !network.is_empty()).map(str::parse).collect()
    }
}
