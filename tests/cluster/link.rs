//! A network link that can be cut without any message to its ends.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A link to an address. It ends with the test.
pub struct Link {
    port: u16,
    /// Whether nothing is delivered on the open connections. Replaced when they are abandoned.
    is_cut: Arc<Mutex<Arc<watch::Sender<bool>>>>,
}

impl Link {
    pub async fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        let is_cut = Arc::new(Mutex::new(Arc::new(watch::Sender::new(false))));
        let present = is_cut.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (address, cut) = (address.clone(), present.lock().expect("nobody panics with it").clone());
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

    /// Delivers nothing from now on: both ends wait, also those of new connections.
    pub fn cut(&self) {
        self.cut_sender().send_replace(true);
    }

    /// Delivers again, first what was sent meanwhile: as after a partition, TCP sends it again.
    pub fn restore(&self) {
        self.cut_sender().send_replace(false);
    }

    /// Delivers nothing more on the open connections, as after a power failure of the server. New ones work.
    pub fn abandon_connections(&self) {
        self.cut();
        *self.is_cut.lock().expect("nobody panics with it") = Arc::new(watch::Sender::new(false));
    }

    fn cut_sender(&self) -> Arc<watch::Sender<bool>> {
        self.is_cut.lock().expect("nobody panics with it").clone()
    }
}

async fn forward(near: TcpStream, address: &str, cut: &watch::Sender<bool>) -> io::Result<()> {
    until_restored(cut).await;
    let far = TcpStream::connect(address).await?;
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let (there, back) = tokio::join!(copy(near_in, far_out, cut), copy(far_in, near_out, cut));
    there.and(back)
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    cut: &watch::Sender<bool>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut bytes).await?;
        until_restored(cut).await;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..count]).await?;
    }
}

async fn until_restored(cut: &watch::Sender<bool>) {
    cut.subscribe().wait_for(|is_cut| !is_cut).await.expect("the sender is there");
}
