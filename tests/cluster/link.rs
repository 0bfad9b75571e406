//! A network link that can silently drop everything.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A link to an address. It ends with the test.
pub struct Link {
    port: u16,
    is_cut: Arc<watch::Sender<bool>>,
}

impl Link {
    pub async fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        let is_cut = Arc::new(watch::Sender::new(false));
        let cut = is_cut.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (address, cut) = (address.clone(), cut.clone());
                tokio::spawn(async move { forward(near, &address, &cut).await });
            }
        });
        Self { port, is_cut }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Drops everything from now on: both ends wait.
    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    /// Forwards new connections again. What was sent over the former ones is lost.
    pub fn restore(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn forward(near: TcpStream, address: &str, cut: &watch::Sender<bool>) -> io::Result<()> {
    let mut cut = cut.subscribe();
    if *cut.borrow_and_update() {
        return stay_silent(near).await;
    }
    let far = TcpStream::connect(address).await?;
    let ((mut near_in, mut near_out), (mut far_in, mut far_out)) = (near.into_split(), far.into_split());
    let both = async { tokio::join!(copy(&mut near_in, &mut far_out), copy(&mut far_in, &mut near_out)) };
    tokio::select! {
        _ = both => Ok(()),
        // The sockets stay open, so that no end notices.
        _ = cut.changed() => std::future::pending().await,
    }
}

async fn copy(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..count]).await?;
    }
}

async fn stay_silent(_near: TcpStream) -> io::Result<()> {
    std::future::pending().await
}
