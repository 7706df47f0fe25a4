// SPDX-License-Identifier: Apache-2.0

/// The style sheet and the mark, served under `/s/`.
enum StaticAssets {
    static func asset(_ path: String) -> (type: String, text: String)? {
        if path.hasSuffix("/portal.css") { return ("text/css; charset=utf-8", styleSheet) }
        if path.hasSuffix("/mark.svg") || path == "/favicon.ico" { return ("image/svg+xml", mark) }
        if path == "/robots.txt" { return ("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n") }
        return nil
    }

    private static let mark = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">\
        <rect width="28" height="28" rx="8" fill="#0f766e"/>\
        <path d="M8 20V8l12 12V8" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" \
        stroke-linejoin="round"/></svg>
        """

    private static let styleSheet = """
        :root { --ink: #1c2b2a; --soft: #5b6b6a; --line: #dbe4e2; --leaf: #0f766e; --paper: #f6f8f7; }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
        a { color: var(--leaf); text-decoration: none; }
        .inner { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
        .bar { background: #fff; border-bottom: 1px solid var(--line); }
        .bar .inner { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; min-height: 4rem;
          padding-top: .6rem; padding-bottom: .6rem; }
        .brand { display: flex; align-items: center; gap: .7rem; font-weight: 650; color: var(--ink); }
        nav { margin-left: auto; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center;
          font-size: .94rem; }
        .who { padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 2rem; color: var(--ink); }
        .who small { color: var(--soft); margin-left: .5rem; }
        .hero { background: #e3efec; padding: 2.6rem 0; margin-bottom: 2.2rem; }
        .hero h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
        .hero p { margin: .5rem 0 0; color: var(--soft); font-size: 1.06rem; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.1rem; }
        .card, .panel, .list { background: #fff; border: 1px solid var(--line); border-radius: .8rem; }
        .card { padding: 1.4rem; color: var(--ink); }
        .card:hover, .row:hover { border-color: var(--leaf); background: #fbfefd; }
        .card h2 { margin: .7rem 0 .3rem; font-size: 1.15rem; }
        .card p, .row span { margin: 0; color: var(--soft); font-size: .95rem; }
        .tag { font: 600 .75rem/1 system-ui; letter-spacing: .06em; color: var(--leaf); background: #e3efec;
          padding: .35rem .55rem; border-radius: .4rem; }
        .list { overflow: hidden; }
        .row { display: flex; flex-direction: column; gap: .1rem; padding: 1rem 1.4rem; color: var(--ink);
          border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        .row:first-child { border-top: 0; }
        .panel { padding: 1.6rem; max-width: 42rem; overflow-wrap: anywhere; }
        .narrow { max-width: 26rem; }
        .panel > :first-child { margin-top: 0; }
        .panel > :last-child { margin-bottom: 0; }
        .body { white-space: pre-wrap; }
        label { display: block; font-weight: 600; margin: 0 0 .3rem; }
        input, textarea { width: 100%; font: inherit; padding: .6rem .8rem; margin-bottom: 1.1rem;
          border: 1px solid #b9c7c5; border-radius: .5rem; background: #fff; color: var(--ink); }
        input:focus, textarea:focus { outline: 3px solid #99d3cb; border-color: var(--leaf); }
        button { font: 600 1rem/1 system-ui; padding: .8rem 1.5rem; border: 0; border-radius: .5rem;
          background: var(--leaf); color: #fff; cursor: pointer; }
        .quiet { margin-left: 1rem; font-size: .95rem; }
        .note { color: var(--soft); font-size: .92rem; }
        .problem { background: #fdeceb; color: #8f1d16; padding: .6rem .8rem; border-radius: .5rem; margin-top: 0; }
        .status { background: #fff3d6; color: #7a5200; font-size: .85rem; font-weight: 600; padding: .25rem .7rem;
          border-radius: 1rem; }
        footer.inner { color: var(--soft); font-size: .85rem; padding-top: 2.5rem; padding-bottom: 2rem; }
        """
}
