//! The factors by which the budgets of single clients are larger.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::auth::Identity;
use crate::config::{Network, RateLimitFactors, RateLimitedClient};
use crate::http::request_identity::RateLimitKey;

/// The factors of clients.
pub struct Factors {
    principals: HashMap<Identity, u32>,
    /// The most specific network comes first.
    networks: Vec<(Network, u32)>,
}

impl Factors {
    /// Resolves the clients of the settings. `issuer` is that of the subjects.
    #[must_use]
    pub fn new(settings: &RateLimitFactors, issuer: Option<&str>) -> Self {
        let (mut principals, mut networks) = (HashMap::new(), Vec::new());
        for (client, factor) in settings.iter() {
            match client {
                RateLimitedClient::Network(network) => networks.push((*network, factor)),
                RateLimitedClient::ApiToken(code) => {
                    principals.insert(Identity::api_token(code), factor);
                }
                RateLimitedClient::Subject(subject) => {
                    principals.extend(issuer.map(|issuer| (Identity::subject(issuer, subject), factor)));
                }
            }
        }
        networks.sort_by_key(|(network, _)| Reverse(network.prefix_length()));
        Self { principals, networks }
    }

    /// Returns the factor of a client, which is 1 for clients that are not in the settings.
    #[must_use]
    pub fn of(&self, client: &RateLimitKey) -> u32 {
        let factor = match client {
            RateLimitKey::Principal(identity) => self.principals.get(identity).copied(),
            RateLimitKey::Address(address) => {
                self.networks.iter().find(|(network, _)| network.contains(*address)).map(|(_, factor)| *factor)
            }
        };
        factor.unwrap_or(1)
    }
}
