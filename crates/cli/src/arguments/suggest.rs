//! Names that resemble a mistyped one, by the measure of Python's `difflib`.

use std::collections::HashMap;

/// How alike two names must be, from 0 to 1.
const CUTOFF: f64 = 0.8;
/// How many names are suggested.
const SUGGESTIONS_MAX: usize = 3;
/// From this length on, letters that make up more than a hundredth of a name are not compared.
const POPULAR_FROM: usize = 200;

/// The names closest to the word, best first.
pub(crate) fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let word: Vec<char> = word.chars().collect();
    let mut found: Vec<(f64, &str)> = names
        .map(|name| (likeness(&name.chars().collect::<Vec<_>>(), &word), name))
        .filter(|(likeness, _)| *likeness >= CUTOFF)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(a.1)));
    found
        .into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Twice the matching letters over all letters.
#[expect(clippy::cast_precision_loss, reason = "names are short")]
fn likeness(a: &[char], b: &[char]) -> f64 {
    let all = a.len() + b.len();
    if all == 0 {
        return 1.0;
    }
    // No better than every common length; saves the work for most names.
    if 2.0 * a.len().min(b.len()) as f64 / (all as f64) < CUTOFF {
        return 0.0;
    }
    2.0 * matching(a, b) as f64 / all as f64
}

/// Letters in the longest common run, and in those left and right of it.
fn matching(a: &[char], b: &[char]) -> usize {
    let mut places: HashMap<char, Vec<usize>> = HashMap::new();
    for (index, letter) in b.iter().enumerate() {
        places.entry(*letter).or_default().push(index);
    }
    if b.len() >= POPULAR_FROM {
        let limit = b.len() / 100 + 1;
        places.retain(|_, indices| indices.len() <= limit);
    }
    let mut total = 0;
    let mut open = vec![(0, a.len(), 0, b.len())];
    while let Some((a_from, a_to, b_from, b_to)) = open.pop() {
        let (i, j, length) = longest_run(a, &places, (a_from, a_to), (b_from, b_to));
        if length > 0 {
            total += length;
            open.push((a_from, i, b_from, j));
            open.push((i + length, a_to, j + length, b_to));
        }
    }
    total
}

fn longest_run(
    a: &[char],
    places: &HashMap<char, Vec<usize>>,
    (a_from, a_to): (usize, usize),
    (b_from, b_to): (usize, usize),
) -> (usize, usize, usize) {
    let mut best = (a_from, b_from, 0);
    let mut runs: HashMap<usize, usize> = HashMap::new();
    for (i, letter) in a.iter().enumerate().take(a_to).skip(a_from) {
        let mut longer = HashMap::new();
        for &j in places.get(letter).map_or(&[][..], Vec::as_slice) {
            if j < b_from || j >= b_to {
                continue;
            }
            let length = if j > 0 {
                runs.get(&(j - 1)).copied().unwrap_or(0)
            } else {
                0
            } + 1;
            longer.insert(j, length);
            if length > best.2 {
                best = (i + 1 - length, j + 1 - length, length);
            }
        }
        runs = longer;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_are_found_best_first() {
        let names = ["connect", "qconnect", "codecommit", "s3"];
        assert_eq!(
            closest("conect", names.into_iter()),
            ["connect", "qconnect"]
        );
        assert!(closest("zzz", names.into_iter()).is_empty());
    }
}
