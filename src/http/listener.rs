//! The listening sockets of a server.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};

use crate::config::Listen;

/// How many ports to try if the system picks one that is free for IPv4 and in use for IPv6.
const ATTEMPTS: usize = 20;
/// The error number `EAFNOSUPPORT` of the operating system.
const UNKNOWN_FAMILY: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 97 } else { 47 };

/// The sockets that one server listens on.
pub struct Listener {
    /// Rotated at each accept, so that no socket starves another.
    sockets: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
}

impl Listener {
    /// Binds the configured addresses; for `localhost`, those that the machine has.
    ///
    /// # Errors
    /// When an address cannot be bound, or the machine has none of them.
    pub async fn bind(listen: Listen) -> io::Result<Self> {
        let sockets = match listen {
            Listen::Address(address) => vec![TcpListener::bind(address).await?],
            Listen::Localhost(port) => localhost(port).await?,
        };
        let addresses = sockets.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
        Ok(Self { sockets, addresses })
    }

    /// Returns the bound addresses, with the actual ports if port 0 was configured.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Accepts the next connection on any socket.
    ///
    /// # Errors
    /// When a connection cannot be accepted.
    pub async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        self.sockets.rotate_left(1);
        poll_fn(|cx| {
            let mut ready = self.sockets.iter().map(|socket| socket.poll_accept(cx)).filter(Poll::is_ready);
            ready.next().unwrap_or(Poll::Pending)
        })
        .await
    }
}

/// Binds the same port of both loopback addresses.
async fn localhost(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut attempt = 1;
    loop {
        match loopback(port).await {
            Err(error) if port == 0 && error.kind() == ErrorKind::AddrInUse && attempt < ATTEMPTS => attempt += 1,
            bound => return bound,
        }
    }
}

async fn loopback(port: u16) -> io::Result<Vec<TcpListener>> {
    let mut sockets: Vec<TcpListener> = Vec::new();
    let mut missing = None;
    for address in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        let port = match sockets.first() {
            Some(first) => first.local_addr()?.port(),
            None => port,
        };
        match TcpListener::bind((address, port)).await {
            Ok(socket) => sockets.push(socket),
            Err(error) if is_missing(&error) => missing = Some(error),
            Err(error) => {
                return Err(io::Error::new(error.kind(), format!("{}: {error}", SocketAddr::new(address, port))));
            }
        }
    }
    match missing {
        Some(error) if sockets.is_empty() => Err(error),
        _ => Ok(sockets),
    }
}

/// Returns whether the machine lacks the address: no interface has it, or the kernel does not support the family.
fn is_missing(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(UNKNOWN_FAMILY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_addresses_are_skipped() {
        assert!(is_missing(&io::Error::from_raw_os_error(UNKNOWN_FAMILY)));
        assert!(is_missing(&ErrorKind::AddrNotAvailable.into()));
        for kind in [ErrorKind::AddrInUse, ErrorKind::PermissionDenied] {
            assert!(!is_missing(&kind.into()), "{kind}");
        }
    }

    #[tokio::test]
    async fn localhost_binds_all_loopback_addresses() {
        let mut listener = Listener::bind(Listen::Localhost(0)).await.expect("there is a port");
        let addresses = listener.addresses().to_vec();
        assert!(addresses.iter().all(|address| address.ip().is_loopback() && address.port() == addresses[0].port()));
        let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
        assert_eq!(addresses.len(), if has_ipv6 { 2 } else { 1 });
        for address in &addresses {
            let client = TcpStream::connect(address).await.expect("the listener accepts connections");
            let (_, peer) = listener.accept().await.expect("a client has connected");
            assert_eq!(peer, client.local_addr().expect("a connected socket has an address"));
        }
        let again = Listener::bind(Listen::Localhost(addresses[0].port()))
            .await
            .err()
            .expect("the first listener uses the port");
        assert_eq!(again.kind(), ErrorKind::AddrInUse);
        assert!(again.to_string().starts_with(&addresses[0].to_string()), "{again}");
    }
}
