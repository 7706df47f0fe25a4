// What fuzzers of SAML need: messages with known verdicts, the oracle, and the structure-aware fuzzer.
//
// The oracle is one sentence: whoever changes a message gets the person whom the IdP signed, or a refusal. It is asked
// after every input, by libFuzzer's targets (`fuzz`) and by the wrapping fuzzer.
//
// - `OwnDev/`    the project's own messages and keys, and what a connection with these keys reads
// - `Markup/`    a tiny editor for XML as text; the product itself has a writer and no editor
// - `Wrapping/`  random edits of good messages (signature wrapping), from a seed
