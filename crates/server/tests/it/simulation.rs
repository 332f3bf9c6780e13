//! Sign-ins under fire: from a seed, customers who answer twice, give up or leave, a provider that
//! fails, a clock that jumps, and a service that dies in the middle. Afterwards each sign-in has
//! ended once, on one branch, with one profile at most, and no code was posted twice.
//!
//! `SIGNBACK_SIMULATION_SEED` names a seed to run again.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use signback_platform::params;
use signback_platform::random::{Random as _, SeededRandom};
use signback_platform::store;

use crate::exchange::{Outside, open, profiles};
use crate::support::{Folder, Manners};

const STEPS: usize = 60;
const SEEDS: std::ops::Range<u64> = 0..3;

/// One customer's sign-in, as the customer knows it.
struct Attempt {
    contact: String,
    token: String,
    session: String,
    /// `State` and `Code`.
    redirect: Value,
    /// How many answers the service accepted.
    accepted: usize,
    opted_out: bool,
    stopped: bool,
}

struct World {
    random: SeededRandom,
    outside: Outside,
    folder: Folder,
    attempts: Vec<Attempt>,
    story: Vec<String>,
}

#[tokio::test]
async fn each_sign_in_ends_once_whatever_happens() {
    let named = std::env::var("SIGNBACK_SIMULATION_SEED").ok();
    let seeds = match named.map(|seed| seed.parse().unwrap()) {
        Some(seed) => seed..seed + 1,
        None => SEEDS,
    };
    for seed in seeds {
        println!("seed {seed}");
        let folder = Folder::new(&format!("simulation-{seed}"));
        let mut world = World {
            random: SeededRandom::new(seed),
            outside: Outside::start_on(folder.database()).await,
            folder,
            attempts: Vec::new(),
            story: Vec::new(),
        };
        for _ in 0..STEPS {
            world = world.step().await;
        }
        world.outside.provider.behave(Manners::default());
        world.outside.server.settle().await;
        world.outside.server.time.advance(900_000);
        world.outside.server.settle().await;
        world.check().await;
    }
}

impl World {
    fn draw(&self, below: usize) -> usize {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) % below as u64).unwrap()
    }

    async fn step(mut self) -> Self {
        let choice = self.draw(20);
        self.story.push(format!("{choice}"));
        if choice < 6 || self.attempts.is_empty() {
            self.arrive().await;
            return self;
        }
        let index = self.draw(self.attempts.len());
        match choice {
            6..=13 => self.answer(index).await,
            14 => self.cancel(index).await,
            15 => self.stop(index).await,
            16..=17 => self.wait().await,
            _ => return self.crash().await,
        }
        self
    }

    async fn arrive(&mut self) {
        let mut customer = self.outside.arrive().await;
        let session = customer.session().await;
        let url = customer.authentication_url().await;
        self.attempts.push(Attempt {
            redirect: self.outside.provider.sign_in(&url),
            contact: customer.contact.clone(),
            token: customer.token.clone(),
            session,
            accepted: 0,
            opted_out: false,
            stopped: false,
        });
    }

    /// The customer comes back once or several times at once, with a code or an error.
    async fn answer(&mut self, index: usize) {
        self.behave();
        let instance = self.outside.server.ready("instance_id");
        let mut answers = Vec::new();
        for _ in 0..=self.draw(3) {
            let redirect = &self.attempts[index].redirect;
            let mut members = if self.draw(6) == 0 {
                json!({"State": redirect["State"], "Error": "access_denied"})
            } else {
                redirect.clone()
            };
            members["InstanceId"] = instance.clone().into();
            let server = &self.outside.server;
            answers.push(server.call("connect", "UpdateParticipantAuthentication", members));
        }
        for answer in join_all(answers).await {
            if answer.status == 200 {
                self.attempts[index].accepted += 1;
            } else {
                answer.refused(409, "ConflictException");
            }
        }
    }

    async fn cancel(&mut self, index: usize) {
        let attempt = &mut self.attempts[index];
        let input = json!({"SessionId": attempt.session, "ConnectionToken": attempt.token});
        let server = &self.outside.server;
        let answer = server
            .call(
                "connectparticipant",
                "CancelParticipantAuthentication",
                input,
            )
            .await;
        attempt.opted_out |= answer.status == 200;
    }

    async fn stop(&mut self, index: usize) {
        let attempt = &mut self.attempts[index];
        let instance = self.outside.server.ready("instance_id");
        let input = json!({"InstanceId": instance, "ContactId": attempt.contact});
        let answer = self
            .outside
            .server
            .call("connect", "StopContact", input)
            .await;
        attempt.stopped |= answer.status == 200;
    }

    /// The provider does as it should, mostly.
    fn behave(&self) {
        let broken = |name: &str, value| Map::from_iter([(name.to_owned(), value)]);
        let manners = match self.draw(9) {
            0 => Manners {
                token_answer: Some((500, String::new())),
                ..Manners::default()
            },
            1 => Manners {
                claims: broken("nonce", json!("other")),
                ..Manners::default()
            },
            2 => Manners {
                claims: broken("iss", Value::Null),
                ..Manners::default()
            },
            _ => Manners::default(),
        };
        self.outside.provider.behave(manners);
    }

    async fn wait(&self) {
        // Held time would overtake jobs that run; the machine's never does.
        self.outside.server.settle().await;
        let seconds = i64::try_from(self.draw(100)).unwrap();
        self.outside.server.time.advance(seconds * 1000);
        self.outside.server.settle().await;
    }

    async fn crash(self) -> Self {
        let Outside {
            server,
            provider,
            flow,
        } = self.outside;
        let time = Arc::clone(&server.time);
        server.crash().await;
        let server = open(&provider, self.folder.database(), &time).await;
        Self {
            outside: Outside {
                server,
                provider,
                flow,
            },
            ..self
        }
    }

    async fn check(&self) {
        let posted = self.outside.provider.posted();
        let different: HashSet<&String> = posted.iter().collect();
        assert_eq!(
            different.len(),
            posted.len(),
            "a code was posted twice: {:?}",
            self.story
        );
        let mut succeeded = 0;
        for attempt in &self.attempts {
            let (outcome, events) = self.end_of(attempt).await;
            let story = format!("{} {:?}", attempt.contact, self.story);
            assert!(
                attempt.accepted <= 1,
                "{} answers accepted: {story}",
                attempt.accepted
            );
            let expected = match outcome.as_str() {
                "succeeded" => vec!["succeeded"],
                "failed" => vec!["failed"],
                "timed_out" => vec!["timeout"],
                "opted_out" => vec!["cancelled"],
                "abandoned" => vec![],
                other => panic!("{other}: {story}"),
            };
            assert_eq!(events, expected, "{story}");
            match outcome.as_str() {
                "succeeded" | "failed" => assert_eq!(attempt.accepted, 1, "{outcome}: {story}"),
                "opted_out" => assert!(attempt.opted_out, "{story}"),
                "abandoned" => assert!(attempt.stopped, "{story}"),
                _ => assert_eq!(attempt.accepted, 0, "{outcome}: {story}"),
            }
            succeeded += usize::from(outcome == "succeeded");
        }
        assert_eq!(
            profiles(&self.outside.server).await,
            succeeded.min(1),
            "{:?}",
            self.story
        );
        assert_eq!(
            self.count("SELECT COUNT(*) FROM jobs WHERE kind LIKE '%authentication'")
                .await,
            0
        );
        let secrets = "SELECT COUNT(*) FROM sign_ins WHERE code IS NOT NULL OR nonce IS NOT NULL
             OR verifier IS NOT NULL OR id_token IS NOT NULL OR provider_error IS NOT NULL";
        assert_eq!(self.count(secrets).await, 0);
        println!(
            "{} sign-ins, {succeeded} succeeded, {} codes",
            self.attempts.len(),
            posted.len()
        );
    }

    /// The stored outcome, and the ends that the chat was told of.
    async fn end_of(&self, attempt: &Attempt) -> (String, Vec<String>) {
        let contact = attempt.contact.clone();
        let end = self
            .outside
            .server
            .running
            .app
            .platform
            .store
            .read(move |tx| {
                let outcomes = tx.list::<String>(
                    "SELECT COALESCE(outcome, stage) FROM sign_ins WHERE contact = $1",
                    params![contact],
                )?;
                let events = tx.list::<String>(
                    "SELECT content_type FROM items WHERE contact = $1
                 AND content_type LIKE '%event.authentication.%' ORDER BY sequence",
                    params![contact],
                )?;
                Ok::<_, store::Error>((outcomes, events))
            });
        let (outcomes, events) = end.await.unwrap();
        assert_eq!(outcomes.len(), 1);
        let ends = events.iter().filter_map(|event| event.rsplit('.').next());
        let ends = ends
            .filter(|name| *name != "initiated")
            .map(str::to_owned)
            .collect();
        (outcomes[0].clone(), ends)
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let store = &self.outside.server.running.app.platform.store;
        store.read(move |tx| tx.count(sql, &[])).await.unwrap()
    }
}
