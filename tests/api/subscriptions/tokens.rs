//! Tokens that are revoked or expire during a subscription.

use serde_json::json;
use syllabus::auth::{Administrator, Role};
use syllabus::service::api_token;

use crate::common::on_each_engine;
use crate::subscriptions::catalog::{self, Editor};
use crate::subscriptions::sse_client::Events;
use crate::subscriptions::websocket_client::Socket;

#[test]
fn revoked_tokens_end_subscriptions() {
    on_each_engine(async |store| {
        let site = catalog::open(store).await;
        let editor = Editor::of(&site).await;
        let reader = site.create(Role::Reader).await;
        let bearer = format!("Bearer {}", reader.secret.expose());
        let query = format!("subscription {{ catalogChanged(after: \"{}\") {{ kind }} }}", editor.cursor().await);
        let mut socket = Socket::ready(&site, json!({ "Authorization": bearer })).await;
        let mut idle = Socket::ready(&site, json!({ "Authorization": bearer })).await;
        socket.subscribe("a", &query).await;
        let mut events = Events::open(&site, &[("authorization", &bearer)], &query).await;
        editor.change_book("bkkgr2", "1").await;
        assert_eq!(socket.next("a").await["data"]["catalogChanged"]["kind"], "BOOK");
        assert_eq!(events.next().await["data"]["catalogChanged"]["kind"], "BOOK");
        let id = api_token::id(&reader.token);
        let revoked = api_token::revoke(&site.database, &Administrator::operator(), &id, site.now()).await;
        revoked.expect("it can be revoked");
        editor.change_book("bkkgr2", "2").await;
        let (code, reason) = socket.closed().await;
        assert!(code == 4403 && reason.contains("revoked"), "{code} {reason}");
        assert_eq!(events.next().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        events.complete().await;
        // An existing socket is not checked again either.
        idle.subscribe("a", "{ __typename }").await;
        assert_eq!(idle.closed().await.0, 4403);
    });
}
