//! A client whose connections break at random still gets every item, the first time in order.

use std::collections::BTreeSet;

use serde_json::Value;

use super::socket::Client;
use crate::contacts::Contact;
use crate::testing::{Chat, content};
use crate::transcript::{Author, NewItem};
use signback_platform::random::{Random, SeededRandom};

/// What happens next: one of `count`.
fn choice(random: &SeededRandom, count: u8) -> u8 {
    let mut drawn = [0];
    random.fill(&mut drawn);
    drawn[0] % count
}

/// The numbers of items as they reached the client.
#[derive(Default)]
struct Heard {
    first_times: Vec<u32>,
    known: BTreeSet<u32>,
}

impl Heard {
    fn hear(&mut self, item: &Value) {
        let number = content(item).parse().unwrap();
        if self.known.insert(number) {
            self.first_times.push(number);
        }
    }
}

#[tokio::test]
async fn no_item_is_lost_however_connections_break() {
    for seed in 1..=12 {
        let random = SeededRandom::new(seed);
        let chat = Chat::open().await;
        let mut heard = Heard::default();
        let mut said = 0;
        let mut clients: Vec<Client> = Vec::new();
        for _ in 0..60 {
            match choice(&random, 6) {
                0 | 1 => {
                    said += 1;
                    let text = said.to_string();
                    let message = move |contact: &Contact| {
                        NewItem::message(Author::customer(contact), "text/plain", text.clone())
                    };
                    chat.say(message).await;
                }
                2 if clients.len() < 3 => {
                    clients.push(Client::subscribed(&chat, &chat.customer).await);
                }
                // Reads a little, in the middle of a batch or after it.
                3 | 4 => {
                    let items_max = choice(&random, 6).into();
                    if let Some(client) = clients.last_mut() {
                        for item in client.hear(items_max).await {
                            heard.hear(&item);
                        }
                    }
                }
                _ => drop(clients.pop()),
            }
        }
        clients.clear();
        let mut client = Client::subscribed(&chat, &chat.customer).await;
        while heard.known.len() < said {
            let item = client.next_item().await;
            heard.hear(&item);
        }
        let in_order: Vec<u32> = heard.known.iter().copied().collect();
        assert_eq!(heard.first_times, in_order, "seed {seed}");
    }
}
