//! Clients whose rate limit is higher than that of all others.

use super::{Network, Value};
use crate::auth::token;
use crate::domain::code;

/// The prefix of a subject of the identity provider.
const SUBJECT: &str = "subject:";
/// The longest prefix of an IPv6 network in bits: the rate limit applies to the whole network of a client.
const MAX_IPV6_PREFIX: u8 = 64;

/// A client with a higher rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RateLimitedClient {
    /// Each address of a network, for requests without a token.
    Network(Network),
    /// The API token with this code.
    ApiToken(String),
    /// A subject of the identity provider.
    Subject(String),
}

/// Clients, and the factors by which their budgets are larger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimitFactors(Vec<(RateLimitedClient, u32)>);

impl RateLimitFactors {
    /// Returns the clients and their factors.
    pub fn iter(&self) -> impl Iterator<Item = (&RateLimitedClient, u32)> {
        self.0.iter().map(|(client, factor)| (client, *factor))
    }

    /// Returns the first subject of the identity provider.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.iter().find_map(|(client, _)| match client {
            RateLimitedClient::Subject(subject) => Some(subject.as_str()),
            _ => None,
        })
    }
}

/// A comma-separated list of `CLIENT=FACTOR`, possibly empty.
impl Value for RateLimitFactors {
    fn parse(text: &str) -> Result<Self, String> {
        let mut factors = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (client, factor) = entry.rsplit_once('=').ok_or_else(|| {
                format!("invalid entry {entry:?}: expected a client and a factor, such as 203.0.113.0/24=10")
            })?;
            let (name, factor) = (client.trim(), factor.trim());
            let client = parse_client(name)?;
            let factor = factor.parse().ok().filter(|factor| *factor >= 2).ok_or_else(|| {
                format!("invalid factor {factor:?} of {name}: expected a whole number from 2 to {}", u32::MAX)
            })?;
            if factors.iter().any(|(other, _)| *other == client) {
                return Err(format!("repeated client {name:?}: remove one of its entries"));
            }
            factors.push((client, factor));
        }
        Ok(Self(factors))
    }
}

fn parse_client(name: &str) -> Result<RateLimitedClient, String> {
    if let Some(subject) = name.strip_prefix(SUBJECT).filter(|subject| !subject.is_empty()) {
        return Ok(RateLimitedClient::Subject(subject.to_owned()));
    }
    if let Some(code) = name.strip_prefix(token::ID_PREFIX).filter(|code| code::is_code(code)) {
        return Ok(RateLimitedClient::ApiToken(code.to_owned()));
    }
    let network: Network = name.parse().map_err(|_| {
        format!(
            "invalid client {name:?}: expected an IP address, a network such as 203.0.113.0/24, the id of an API token \
             such as api_token_ci4tzd, or subject: and the subject of a JWT"
        )
    })?;
    if network.is_ipv6() && network.prefix_length() > MAX_IPV6_PREFIX {
        return Err(format!(
            "invalid client {name:?}: a client is a whole /{MAX_IPV6_PREFIX} network in IPv6, so expected a prefix of up \
             to {MAX_IPV6_PREFIX} bits, such as 2001:db8::/{MAX_IPV6_PREFIX}"
        ));
    }
    Ok(RateLimitedClient::Network(network))
}
