//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderName;
use axum::http::request::Parts;

use super::front::Front;

/// What proxies write: whom they ask for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client; nothing where there is no socket beneath, as in tests.
///
/// It is that of the connection, unless that comes from a proxy which the operator trusts: then it is the last one that the
/// proxy has written which is not a trusted proxy's itself.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

impl FromRequestParts<Front> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let forwarded: Vec<&str> =
            parts.headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
        Ok(Self(peer.map(|peer| client(peer, &forwarded.join(","), &front.app.settings.server.trusted_proxies))))
    }
}

fn client(peer: IpAddr, forwarded: &str, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for hop in forwarded.rsplit(',') {
        if !trusted.contains(&client) {
            break;
        }
        let Ok(address) = hop.trim().parse() else { break };
        client = address;
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("it is an address")
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let (proxy, outer, client_) = (address("10.0.0.1"), address("10.0.0.2"), address("203.0.113.9"));
        let both = [proxy, outer];
        assert_eq!(client(proxy, "", &both), proxy);
        assert_eq!(client(client_, "198.51.100.1", &both), client_);
        assert_eq!(client(proxy, "198.51.100.1, 203.0.113.9", &both), client_);
        assert_eq!(client(proxy, "198.51.100.1, 203.0.113.9, 10.0.0.2", &both), client_);
        assert_eq!(client(proxy, "203.0.113.9", &[]), proxy);
        assert_eq!(client(proxy, "nonsense", &both), proxy);
    }
}
