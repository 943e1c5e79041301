/* The search page. Sphinx puts it into language_data.js, with the list of each term's names in the last line.
   It replaces Sphinx's query, which wants every word on the page and fetches pages for their summaries. The theme loads
   it on every page: only `splitQuery`, Sphinx's hook, is a global name. */
var splitQuery = ((courseTerms) => {
  const HAN = /\p{Script=Han}/u;
  const RUNS = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+/gu;
  // What a hit counts, by its place; the other factors are for parts of words, for a term's other names, for a word
  // that only its parts or another name stand for.
  const WEIGHT = { title: 15, heading: 8, sameHeading: 12, phrase: 2, part: 0.4, synonym: 0.4, indirect: 0.6 };
  const SUMMARY = 90; // characters

  const normalize = (text) => text.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
  const indexes = () => [Search._index.terms, Search._index.titleterms];
  // A word that an edit removed from the book stays in the index, on no page, until a build from scratch.
  const isKnown = (word) => indexes().some((index) => Object.hasOwn(index, word) && index[word].length !== 0);
  const stem = (word) => {
    const stemmed = HAN.test(word) ? word : new Stemmer().stemWord(word);
    return stemmed.length > 1 ? stemmed : word;
  };

  /** The index's words that lie in a word of a query, itself first. */
  function knownParts(word) {
    const parts = [];
    for (let length = word.length; length > 1; length--)
      for (let at = 0; at + length <= word.length; at++)
        if (isKnown(word.slice(at, at + length))) parts.push(word.slice(at, at + length));
    return parts;
  }

  /** Sphinx's hook: the words of a query. Chinese is cut by the longest word of the index; parts of words follow. */
  function splitQuery(query) {
    const words = new Set();
    for (const run of normalize(query).match(RUNS) ?? []) {
      const before = words.size;
      if (HAN.test(run))
        for (let at = 0, end; at < run.length; at = end) {
          end = run.length;
          while (end > at + 1 && !isKnown(run.slice(at, end))) end--;
          knownParts(run.slice(at, end)).forEach((word) => words.add(word));
        }
      else if (!stopwords.includes(run))
        [run, ...run.split("_")].filter((word) => word.length > 1).forEach((word) => words.add(word));
      if (words.size === before && HAN.test(run)) words.add(run); // unknown: perhaps a part of longer words
    }
    return [...words];
  }

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const asPhrase = (name) => `(?<![a-z0-9_])${escaped(name)}(?![a-z0-9_])`;

  /** The names of terms that stand in a query, and the other names of these terms. */
  function findNames(query) {
    const isNamed = (name) => new RegExp(asPhrase(name)).test(normalize(query));
    const names = courseTerms.map((each) => each.map(normalize)).filter((each) => each.some(isNamed)).flat();
    return { named: names.filter(isNamed), others: names.filter((name) => !isNamed(name)) };
  }

  /** What a Latin word and its stem begin with: "entrop" of "entropy" and "entropi". */
  function commonStart(word) {
    const stemmed = stem(word);
    let length = 0;
    while (length < stemmed.length && stemmed[length] === word[length]) length++;
    return word.slice(0, length);
  }

  /** What to look for in a page's text: for Latin words, all that begin so ("activations", "activate"). */
  const pattern = (word) =>
    HAN.test(word) || !isKnown(stem(word)) ? escaped(word) : `(?<![a-z0-9])${escaped(commonStart(word))}[a-z0-9]*`;

  /** The pages (their numbers) that hold a word; for one that the index lacks, those with a longer or shorter form. */
  function pagesWith(word) {
    const key = stem(word);
    const start = HAN.test(word) ? "" : commonStart(word);
    const isForm = isKnown(key)
      ? (other) => other === key || (start.length > 2 && other.startsWith(start))
      : (other) => other.includes(key) || (other.length > 4 && key.startsWith(other));
    const pagesOf = (index) => Object.keys(index).filter(isForm).flatMap((form) => index[form]);
    return new Set(indexes().flatMap(pagesOf));
  }

  /** A word as the ranking needs it: the pages that hold it, how much it tells, how often a passage has it. */
  function weigh(factor, source, pages) {
    const regex = new RegExp(source, "gi");
    const weight = factor * Math.log(1 + Search._index.docnames.length / Math.max(1, pages.size));
    return { source, pages, weight, hits: (passage) => (passage.match(regex) ?? []).length };
  }

  /** A term's other name, looked for as it stands: it may be of several words. */
  function weighName(name, texts) {
    const regex = new RegExp(asPhrase(name), "i");
    const holds = (docname) => texts[docname].some((section) => section.some((text) => regex.test(text)));
    const pages = Search._index.docnames.flatMap((docname, number) => (holds(docname) ? [number] : []));
    return weigh(WEIGHT.synonym, asPhrase(name), new Set(pages));
  }

  /** How well a section answers: words in its heading before words in its text, the query as it stands before all. */
  function rateSection(heading, text, isTitle, words, phrase) {
    const place = isTitle ? WEIGHT.title : WEIGHT.heading;
    const names = heading.toLowerCase();
    let score = names.split(" · ").includes(phrase) ? WEIGHT.sameHeading : 0;
    score += names.includes(phrase) ? WEIGHT.heading : text.toLowerCase().includes(phrase) ? WEIGHT.phrase : 0;
    for (const { weight, hits } of words) score += weight * ((hits(heading) ? place : 0) + Math.log2(1 + hits(text)));
    return score;
  }

  /** The pages that answer a query, the best first. Three with all its words are enough to hide the others. */
  function findPages(query, texts) {
    const phrase = normalize(query);
    const asked = splitQuery(query);
    const partsOf = (word) => asked.filter((other) => other !== word && word.includes(other));
    const inner = new Set(asked.flatMap(partsOf));
    const words = asked.map((text) => ({
      text,
      ...weigh(inner.has(text) ? WEIGHT.part : 1, pattern(text), pagesWith(text)),
    }));
    const whole = words.filter((word) => !inner.has(word.text));
    const { named, others } = findNames(query);
    const otherNames = others.map((name) => weighName(name, texts));
    const sum = (some) => some.reduce((total, word) => total + word.weight, 0);

    const ratePage = (docname, number) => {
      const isHere = (word) => word.pages.has(number);
      const hasName = otherNames.some(isHere);
      const isIndirect = (word) => {
        const parts = words.filter((part) => partsOf(word.text).includes(part.text));
        const inName = hasName && named.some((name) => name.includes(word.text));
        return !isHere(word) && (inName || (parts.length > 0 && parts.every(isHere)));
      };
      const direct = whole.filter(isHere);
      const indirect = whole.filter(isIndirect);
      const share = (sum(direct) + WEIGHT.indirect * sum(indirect)) / sum(whole);
      const found = [...words, ...otherNames].filter(isHere);
      const sections = texts[docname].map(([id, heading, text], order) => ({
        id: order ? id : "", // a page's first section is the page
        heading,
        text,
        score: rateSection(heading, text, !order, found, phrase),
      }));
      const best = sections.reduce((a, b) => (b.score > a.score ? b : a));
      const rest = sections.reduce((total, section) => total + section.score, 0) - best.score;
      return {
        docname,
        title: texts[docname][0][1],
        best,
        words: found,
        share,
        hasAll: direct.length + indirect.length === whole.length,
        score: (sum(found) + best.score + Math.log2(1 + rest)) * share ** 2,
      };
    };
    const pages = Search._index.docnames.map(ratePage).filter((page) => page.words.length);
    const enough = pages.filter((page) => page.hasAll).length >= 3;
    const most = Math.max(...pages.map((page) => page.share));
    return pages
      .filter((page) => page.hasAll || (!enough && page.share > most / 5))
      .sort((a, b) => b.score - a.score);
  }

  /** The stretch of a text that holds the most different words, with the words marked. */
  function summary(text, words) {
    const regex = new RegExp(words.map((word) => word.source).sort((a, b) => b.length - a.length).join("|"), "gi");
    const found = [...text.matchAll(regex)];
    const inWindow = (start) => found.filter((hit) => hit.index >= start && hit.index < start + SUMMARY - 20);
    const variety = (hit) => new Set(inWindow(hit.index).map((each) => each[0].toLowerCase())).size;
    const first = found.reduce((best, hit) => (!best || variety(hit) > variety(best) ? hit : best), null);
    const start = Math.max(0, (first?.index ?? 0) - 20);
    const paragraph = document.createElement("p");
    paragraph.className = "context";
    let at = start;
    const end = Math.min(text.length, start + SUMMARY);
    if (start) paragraph.append("…");
    for (const hit of found.filter((each) => each.index >= start && each.index < end)) {
      const mark = document.createElement("mark");
      mark.textContent = hit[0];
      paragraph.append(text.slice(at, hit.index), mark);
      at = hit.index + hit[0].length;
    }
    paragraph.append(text.slice(at, Math.max(at, end)), end < text.length ? "…" : "");
    return paragraph;
  }

  function link(docname, id, text) {
    const anchor = document.createElement("a");
    anchor.href = docname + DOCUMENTATION_OPTIONS.LINK_SUFFIX + (id && `#${id}`);
    anchor.textContent = text;
    return anchor;
  }

  function show(query, pages) {
    Search.stopPulse();
    Search.title.textContent = "搜索结果";
    Search.status.setAttribute("role", "status");
    if (pages.length) {
      const all = pages.some((page) => page.hasAll) ? "" : "没有一页含有全部的词，最接近的在前。";
      Search.status.textContent = `找到 ${pages.length} 页与“${query}”有关的内容。${all}`;
    } else
      Search.status.append(`没有找到与“${query}”有关的内容。换一个说法，或者到`, link("book/terms", "", "术语表"), "里看看。");
    for (const { docname, title, best, words } of pages) {
      const item = document.createElement("li");
      item.append(link(docname, best.id, best.id ? `${title} › ${best.heading}` : title), summary(best.text, words));
      Search.output.append(item);
    }
  }

  Search.findPages = findPages;
  Search.query = (query) => {
    Search.setTexts = (texts) => show(query.trim(), findPages(query, texts));
    Search.loadIndex("searchtexts.js");
  };

  return splitQuery;
})(__TERMS__);
