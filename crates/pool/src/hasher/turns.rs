//! A bounded queue whose lines take turns.

use std::collections::VecDeque;

/// Things that wait, each in the line of its owner. The lines take turns, so that an owner with a
/// thousand things in front does not hold up another who has one.
#[derive(Debug)]
pub(crate) struct Turns<T> {
    /// Every line that is not empty, the next one's turn first.
    lines: VecDeque<(String, VecDeque<T>)>,
    waiting: usize,
    waiting_max: usize,
}

impl<T> Turns<T> {
    /// A queue in which that many wait at most.
    pub(crate) const fn new(waiting_max: usize) -> Self {
        Self {
            lines: VecDeque::new(),
            waiting: 0,
            waiting_max,
        }
    }

    /// Adds something at the end of its owner's line. When the queue is full, the last of the
    /// longest line has to go, or what was to be added if no line is longer than its own; it is
    /// given back.
    pub(crate) fn push(&mut self, owner: &str, thing: T) -> Option<T> {
        let own = self.length(owner);
        let mut displaced = None;
        if self.waiting >= self.waiting_max {
            let longest = self.lines.iter_mut().max_by_key(|(_, line)| line.len());
            match longest.filter(|(_, line)| line.len() > own + 1) {
                Some((_, line)) => displaced = line.pop_back(),
                None => return Some(thing),
            }
        } else {
            self.waiting += 1;
        }
        match self.lines.iter_mut().find(|(name, _)| name == owner) {
            Some((_, line)) => line.push_back(thing),
            None => self.lines.push_back((owner.to_owned(), [thing].into())),
        }
        displaced
    }

    /// Takes the first of the line whose turn it is; that line is the last one then.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (owner, mut line) = self.lines.pop_front()?;
        let thing = line.pop_front();
        self.waiting -= usize::from(thing.is_some());
        if !line.is_empty() {
            self.lines.push_back((owner, line));
        }
        thing
    }

    /// Takes everything out.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.waiting = 0;
    }

    fn length(&self, owner: &str) -> usize {
        let line = self.lines.iter().find(|(name, _)| name == owner);
        line.map_or(0, |(_, line)| line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(turns: &mut Turns<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| turns.pop()).collect()
    }

    #[test]
    fn the_lines_take_turns() {
        let mut turns = Turns::new(9);
        for (owner, thing) in [
            ("a", "a1"),
            ("a", "a2"),
            ("a", "a3"),
            ("b", "b1"),
            ("c", "c1"),
        ] {
            assert_eq!(turns.push(owner, thing), None);
        }
        assert_eq!(drained(&mut turns), ["a1", "b1", "c1", "a2", "a3"]);
        assert_eq!(turns.push("a", "a4"), None);
        assert_eq!(drained(&mut turns), ["a4"], "an empty queue begins anew");
    }

    #[test]
    fn a_full_queue_makes_room_at_the_end_of_its_longest_line() {
        let mut turns = Turns::new(3);
        for thing in ["a1", "a2", "a3"] {
            assert_eq!(turns.push("a", thing), None);
        }
        assert_eq!(turns.push("a", "a4"), Some("a4"), "not for the same owner");
        assert_eq!(turns.push("b", "b1"), Some("a3"));
        assert_eq!(turns.push("c", "c1"), Some("a2"));
        assert_eq!(turns.push("d", "d1"), Some("d1"), "every line has one");
        assert_eq!(turns.push("b", "b2"), Some("b2"));
        assert_eq!(drained(&mut turns), ["a1", "b1", "c1"]);
    }

    #[test]
    fn a_queue_without_places_takes_nothing() {
        let mut turns = Turns::new(0);
        assert_eq!(turns.push("a", "a1"), Some("a1"));
        assert_eq!(turns.pop(), None);
    }

    #[test]
    fn what_is_cleared_leaves_every_place_free() {
        let mut turns = Turns::new(1);
        assert_eq!(turns.push("a", "a1"), None);
        turns.clear();
        assert_eq!(turns.push("b", "b1"), None);
        assert_eq!(drained(&mut turns), ["b1"]);
    }
}
