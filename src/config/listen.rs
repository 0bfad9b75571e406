//! The `listen` setting.

use std::fmt;
use std::net::SocketAddr;

use super::Value;

/// The addresses that the server listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// One address and port.
    Address(SocketAddr),
    /// This port on the loopback addresses of IPv4 and IPv6: local clients try one or the other first.
    Localhost(u16),
}

impl Value for Listen {
    fn parse(text: &str) -> Result<Self, String> {
        let localhost = || {
            let (host, port) = text.rsplit_once(':')?;
            let is_decimal = port.bytes().all(|byte| byte.is_ascii_digit());
            if is_decimal && host.eq_ignore_ascii_case("localhost") {
                port.parse().ok().map(Self::Localhost)
            } else {
                None
            }
        };
        text.parse()
            .ok()
            .map(Self::Address)
            .or_else(localhost)
            .ok_or_else(|| format!("invalid address {text:?}: expected one like 127.0.0.1:4000 or localhost:4000"))
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Localhost(port) => write!(f, "localhost:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_are_parsed() {
        for (text, listen) in [
            ("127.0.0.1:4000", Listen::Address(([127, 0, 0, 1], 4000).into())),
            ("[::1]:0", Listen::Address(([0, 0, 0, 0, 0, 0, 0, 1], 0).into())),
            ("localhost:4000", Listen::Localhost(4000)),
            ("LocalHost:0", Listen::Localhost(0)),
        ] {
            assert_eq!(Listen::parse(text), Ok(listen));
        }
        for wrong in
            ["", "4000", "localhost", "localhost:", "localhost:+1", "localhost:65536", "learn.example:80", "::1:4000"]
        {
            assert!(Listen::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Listen::Localhost(4000).to_string(), "localhost:4000");
    }
}
