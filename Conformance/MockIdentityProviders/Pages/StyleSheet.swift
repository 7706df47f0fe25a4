// SPDX-License-Identifier: Apache-2.0

/// The style sheet; each tenant has a hue of its own.
enum StyleSheet {
    static let text = """
        :root { --ink: #20242c; --soft: #626b78; --line: #d9dee6; }
        * { box-sizing: border-box; }
        body { margin: 0; min-height: 100vh; padding: 2rem 1rem; display: flex; flex-direction: column;
          align-items: center; justify-content: center; gap: 1.2rem; color: var(--ink);
          background: linear-gradient(160deg, hsl(var(--hue) 45% 94%), hsl(var(--hue) 30% 86%));
          font: 16px/1.5 system-ui, sans-serif; --accent: hsl(var(--hue) 60% 32%); }
        main { width: 100%; max-width: 26rem; background: #fff; border-radius: 1rem; padding: 2rem 2.2rem;
          box-shadow: 0 1px 2px #0001, 0 12px 40px #0000001c; }
        .brand { display: flex; align-items: center; gap: .7rem; font-weight: 600; color: var(--soft); }
        .mark, .face { display: inline-grid; place-items: center; width: 2.1rem; height: 2.1rem; flex: none;
          border-radius: .6rem; background: var(--accent); color: #fff; font-weight: 700; }
        h1 { margin: 1.4rem 0 0; font-size: 1.6rem; line-height: 1.2; text-wrap: balance; }
        h2 { margin: 1.6rem 0 .5rem; font-size: .85rem; font-weight: 600; color: var(--soft); }
        .lead { margin: .3rem 0 1.4rem; color: var(--soft); overflow-wrap: anywhere; }
        main > .lead:last-child { margin-bottom: 0; }
        .lead strong { color: var(--ink); font-weight: 600; }
        label { display: block; font-size: .9rem; font-weight: 600; margin-bottom: .25rem; }
        input, select { width: 100%; font: inherit; padding: .6rem .8rem; margin-bottom: 1rem; color: inherit;
          border: 1px solid #b8c0cc; border-radius: .5rem; background: #fff; }
        input:focus, select:focus { outline: 3px solid hsl(var(--hue) 60% 82%); border-color: var(--accent); }
        .buttons { display: flex; gap: .6rem; margin-top: .4rem; }
        button { font: 600 1rem/1 system-ui, sans-serif; padding: .8rem 1.4rem; border: 0; border-radius: .5rem;
          background: var(--accent); color: #fff; cursor: pointer; }
        button:focus-visible { outline: 3px solid hsl(var(--hue) 60% 70%); outline-offset: 2px; }
        button.quiet { background: transparent; color: var(--soft); }
        .person { display: flex; align-items: center; gap: .8rem; width: 100%; text-align: left; padding: .6rem .7rem;
          background: #fff; color: var(--ink); border: 1px solid var(--line); font-weight: 400; line-height: 1.35; }
        .person + .person { margin-top: .5rem; }
        .person:hover { border-color: var(--accent); background: hsl(var(--hue) 50% 98%); }
        .person strong, .person small { display: block; overflow-wrap: anywhere; }
        .person small { color: var(--soft); font-size: .85rem; }
        .face { border-radius: 50%; background: hsl(var(--hue) 40% 90%); color: var(--accent); }
        .problem { background: #fdeceb; color: #8f1d16; padding: .6rem .8rem; border-radius: .5rem; }
        footer { color: #4f5864; font-size: .82rem; text-align: center; }
        """
}
