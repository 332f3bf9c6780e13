//! The way in, with time as an input: what clients leave undone, and who gives way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use super::*;

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Longer than any limit of time.
const LONG: Duration = Duration::from_mins(10);

/// Answers with as many bytes as the path says, and counts; `/verified` is a verified call.
#[derive(Clone, Default)]
struct Filler(Arc<AtomicUsize>);

impl Filler {
    fn answered(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Handler for Filler {
    async fn answer(&self, request: Request<Incoming>) -> Response<Bytes> {
        let request = match whole(request).await {
            Ok(request) => request,
            Err(refused) => return refused,
        };
        self.0.fetch_add(1, Ordering::SeqCst);
        let path = &request.uri().path()[1..];
        if path == "verified" {
            request.extensions().get::<Standing>().unwrap().verify();
        }
        Response::new(vec![b'x'; path.parse().unwrap_or(0)].into())
    }
}

/// A connection in memory that holds `room` bytes in each direction.
fn connect(filler: &Filler, room: usize) -> (DuplexStream, JoinHandle<()>) {
    connect_to(&Places::new(Limits::within(1000, None)), filler, room)
}

fn connect_to(
    places: &Arc<Places>,
    filler: &Filler,
    room: usize,
) -> (DuplexStream, JoinHandle<()>) {
    let (near, far) = duplex(room);
    let stream = Placed::new(far, places.enter(ADDRESS).unwrap());
    let (standing, handler) = (stream.standing(), filler.clone());
    let (running, stopped) = watch::channel(false);
    let served = tokio::spawn(async move {
        let _running = running;
        serve(handler, stream, standing, stopped).await;
    });
    (near, served)
}

/// How long it takes until a connection ends, by the paused clock.
async fn until_it_ends(served: JoinHandle<()>) -> Duration {
    let begun = Instant::now();
    tokio::time::timeout(LONG, served)
        .await
        .expect("the connection ends")
        .unwrap();
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_reads_ends_its_connection() {
    let (mut client, served) = connect(&Filler::default(), 256);
    client
        .write_all(b"GET /100000 HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(until_it_ends(served).await, stream::WRITE);
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_slowly_gets_it_all() {
    let (mut client, served) = connect(&Filler::default(), 1024);
    client
        .write_all(b"GET /10000 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let (mut piece, mut read) = ([0; 1024], 0);
    loop {
        tokio::time::sleep(stream::WRITE.mul_f32(0.9)).await;
        match client.read(&mut piece).await.unwrap() {
            0 => break,
            count => read += count,
        }
    }
    assert!(read > 10_000, "{read}");
    served.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn requests_are_not_answered_before_the_answers_to_earlier_ones_are_read() {
    // Also those without a body, whose heads alone would pile up.
    for length in ["20000", "0"] {
        let filler = Filler::default();
        let (client, served) = connect(&filler, 512);
        let (mut reader, mut writer) = tokio::io::split(client);
        let request = format!("GET /{length} HTTP/1.1\r\nhost: a\r\n\r\n");
        let sending =
            tokio::spawn(
                async move { while writer.write_all(request.as_bytes()).await.is_ok() {} },
            );
        tokio::time::sleep(Duration::from_secs(29)).await;
        let unread = filler.answered();
        assert!((1..=8).contains(&unread), "{length}: {unread}");
        // Who reads on is answered on.
        let mut answers = vec![0; 100_000];
        reader.read_exact(&mut answers).await.unwrap();
        assert!(filler.answered() > unread, "{length}");
        until_it_ends(served).await;
        sending.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_sent_at_once_take_turns_with_those_of_others() {
    let (busy, quiet) = (Filler::default(), Filler::default());
    let (mut flood, _served) = connect(&busy, 1 << 20);
    let (mut single, _served_too) = connect(&quiet, 4096);
    let requests = "GET /0 HTTP/1.1\r\nhost: a\r\n\r\n".repeat(200);
    flood.write_all(requests.as_bytes()).await.unwrap();
    single
        .write_all(b"GET /0 HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    while quiet.answered() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(busy.answered() < 5, "{}", busy.answered());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_ends_its_connection() {
    let (mut client, served) = connect(&Filler::default(), 4096);
    let sending = tokio::spawn(async move {
        client.write_all(b"GET /0 HTTP/1.1\r\n").await.unwrap();
        while client.write_all(b"x-more: 1\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    });
    assert_eq!(until_it_ends(served).await, HEAD);
    sending.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_is_refused() {
    let filler = Filler::default();
    let (mut client, served) = connect(&filler, 4096);
    client
        .write_all(b"POST /0 HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf")
        .await
        .unwrap();
    let mut answer = String::new();
    let begun = Instant::now();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(begun.elapsed(), BODY);
    until_it_ends(served).await;
    assert_eq!(filler.answered(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_request_ends() {
    let (mut client, served) = connect(&Filler::default(), 4096);
    client
        .write_all(b"GET /3 HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(until_it_ends(served).await, HEAD);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nxxx"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_announced_too_long_is_refused_unread() {
    let (mut client, served) = connect(&Filler::default(), 4096);
    let head = format!(
        "POST /0 HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        BODY_BYTES_MAX + 1
    );
    client.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let begun = Instant::now();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(begun.elapsed().is_zero());
    served.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn long_bodies_have_so_much_memory_together() {
    let filler = Filler::default();
    let places = Places::new(Limits::within(1000, None));
    let head = |bytes: usize| {
        format!(
            "POST /0 HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n"
        )
    };
    let mut others = Vec::new();
    for _ in 0..BODIES_BYTES_MAX / BODY_BYTES_MAX {
        let (mut client, served) = connect_to(&places, &filler, 4096);
        client
            .write_all(head(BODY_BYTES_MAX).as_bytes())
            .await
            .unwrap();
        tokio::task::yield_now().await;
        others.push((client, served));
    }
    // One more waits until there is room; a short body needs none.
    let (mut late, _) = connect_to(&places, &filler, 64 * 1024);
    let long = BODY_SHORT_BYTES + 1;
    let request = head(long) + &"x".repeat(long);
    late.write_all(request.as_bytes()).await.unwrap();
    let (mut short, _) = connect_to(&places, &filler, 4096);
    short.write_all((head(1) + "x").as_bytes()).await.unwrap();
    let mut answer = String::new();
    short.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(filler.answered(), 1);
    drop(others.pop());
    answer.clear();
    late.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(filler.answered(), 2);
}

/// Who of those who entered was told to go.
fn gone(entered: &[places::Place]) -> Vec<usize> {
    let told = |place: &places::Place| place.is_dismissed(std::task::Waker::noop());
    (0..entered.len())
        .filter(|index| told(&entered[*index]))
        .collect()
}

#[test]
fn strangers_of_the_busiest_address_give_way_first() {
    let places = Places::new(Limits {
        connections: 6,
        per_address: None,
    });
    let from = |last: u8| IpAddr::from([10, 0, 0, last]);
    let enter = |last| places.enter(from(last));
    let mut entered: Vec<_> = [1, 2, 2, 3, 2, 3].map(|last| enter(last).unwrap()).into();
    entered[1].standing().verify();
    entered[3].standing().answer(true);
    entered.push(enter(4).unwrap());
    assert_eq!(
        gone(&entered),
        [2],
        "the first of 2's that is none of a verified caller"
    );
    entered.push(enter(4).unwrap());
    assert_eq!(
        gone(&entered),
        [2, 5],
        "3's, but not the one that is being answered"
    );
    entered.push(enter(5).unwrap());
    assert_eq!(gone(&entered), [2, 5, 6], "of 4's two the first");
    for place in &entered {
        place.standing().verify();
    }
    assert!(enter(6).is_none(), "all others have a better right");
    // Whoever was told to go has no right to stay by a call that comes too late.
    assert_eq!(gone(&entered), [2, 5, 6]);
    entered.retain(|place| !place.is_dismissed(std::task::Waker::noop()));
    assert_eq!(places.open(), 6);
    entered.pop();
    assert!(enter(6).is_some());
}

#[test]
fn strangers_of_one_address_are_limited() {
    let places = Places::new(Limits {
        connections: 100,
        per_address: Some(2),
    });
    let enter = |address: &str| places.enter(address.parse().unwrap());
    // One network of 64 bits; the second half of an address is its owner's to choose.
    let mut entered: Vec<_> = ["2001:db8::1", "2001:db8::2:1"]
        .map(|address| enter(address).unwrap())
        .into();
    entered.push(enter("2001:db8:0:1::1").unwrap());
    assert_eq!(gone(&entered), [0; 0]);
    entered.push(enter("2001:db8::3").unwrap());
    assert_eq!(gone(&entered), [0]);
    for place in &entered {
        place.standing().answer(true);
    }
    assert!(enter("2001:db8::4").is_none());
    // IPv4 is the same however it is written.
    let mapped = [
        enter("::ffff:10.0.0.1"),
        enter("10.0.0.1"),
        enter("::ffff:10.0.0.1"),
    ];
    let mapped: Vec<_> = mapped.map(Option::unwrap).into();
    assert_eq!(gone(&mapped), [0]);
}

#[test]
fn those_who_are_verified_are_not_counted_as_strangers() {
    let places = Places::new(Limits {
        connections: 100,
        per_address: Some(1),
    });
    let entered: Vec<_> = (0..50)
        .map(|_| {
            let place = places.enter(ADDRESS).unwrap();
            place.standing().verify();
            place
        })
        .collect();
    assert_eq!(gone(&entered), [0; 0]);
}

#[test]
fn a_share_of_the_descriptors_is_kept() {
    let connections = |descriptors| Limits::within(descriptors, None).connections;
    assert_eq!(connections(64), 16);
    assert_eq!(connections(1024), 896);
    assert_eq!(connections(20_000), 19_488);
    assert_eq!(connections(1 << 20), 65_536);
    assert_eq!(connections(3), 1, "it serves, as well as it can");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_seen_while_nothing_can_be_accepted() {
    let places = Places::new(Limits::within(100, None));
    let stranger = places.enter(ADDRESS).unwrap();
    let (stop, stopped) = watch::channel(false);
    let tried = AtomicUsize::new(0);
    let accept = || {
        tried.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Err::<(), _>(io::Error::from_raw_os_error(24)))
    };
    let accepting = accept_each(accept, |()| {}, &places, stopped);
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(1050)).await;
        stop.send(true).unwrap();
    };
    let begun = Instant::now();
    tokio::join!(accepting, stopping);
    assert_eq!(begun.elapsed(), Duration::from_millis(1050));
    assert_eq!(tried.load(Ordering::SeqCst), 11);
    assert!(stranger.is_dismissed(std::task::Waker::noop()));
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_seen_while_there_is_no_room() {
    let places = Places::new(Limits {
        connections: 1,
        per_address: None,
    });
    // More than there should be: those that were told to go have not gone.
    let entered: Vec<_> = (0..9).map(|_| places.enter(ADDRESS).unwrap()).collect();
    assert_eq!(gone(&entered).len(), 8);
    let (stop, stopped) = watch::channel(false);
    let listener = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let handler = Filler::default();
    let accepting = accept(listener, None, handler, Arc::clone(&places), stopped);
    let stopping = async {
        tokio::time::sleep(LONG).await;
        stop.send(true).unwrap();
    };
    tokio::join!(accepting, stopping);
}

/// A listener with so many places, and its address.
async fn listen(limits: Limits) -> (SocketAddr, Filler, JoinSet<()>) {
    let listener = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (filler, mut serving) = (Filler::default(), JoinSet::new());
    let handler = filler.clone();
    serving.spawn(async move {
        let (_running, stopped) = watch::channel(false);
        accept(listener, None, handler, Places::new(limits), stopped).await;
    });
    (address, filler, serving)
}

/// A connection from 127.0.0.`last`.
async fn connect_from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket
        .bind(SocketAddr::from(([127, 0, 0, last], 0)))
        .unwrap();
    socket.connect(to).await.unwrap()
}

async fn answers(stream: &mut TcpStream, path: &str) -> bool {
    let request = format!("GET /{path} HTTP/1.1\r\nhost: a\r\n\r\n");
    let asked = stream.write_all(request.as_bytes()).await;
    let mut answer = [0; 4096];
    asked.is_ok() && matches!(stream.read(&mut answer).await, Ok(count) if count > 0)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn idle_strangers_are_cut_off_for_others_and_verified_callers_are_not() {
    let (address, filler, _serving) = listen(Limits {
        connections: 20,
        per_address: None,
    })
    .await;
    let mut caller = connect_from(1, address).await;
    assert!(answers(&mut caller, "verified").await);
    let mut quiet = connect_from(3, address).await;
    let mut strangers = Vec::new();
    for _ in 0..100 {
        strangers.push(connect_from(2, address).await);
    }
    // A newcomer comes in, and the others are still there.
    for last in [4, 5] {
        assert!(answers(&mut connect_from(last, address).await, "1").await);
    }
    assert!(answers(&mut caller, "1").await);
    assert!(answers(&mut quiet, "1").await);
    let mut kept = 0;
    for stranger in &mut strangers {
        kept += usize::from(answers(stranger, "1").await);
    }
    assert!((1..=18).contains(&kept), "{kept}");
    assert_eq!(filler.answered(), 5 + kept);
}
