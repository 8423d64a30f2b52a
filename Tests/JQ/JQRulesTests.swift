import JQ
import Testing

@Suite("What filters may use")
struct JQRulesTests {
  @Test(
    "A name that is not available is refused, wherever it stands",
    arguments: [
      "env.SECRET", "$ENV.SECRET", "$ENV", "$ ENV", "input", "[inputs]", "include \"x\"; .", "import \"x\" as x; .",
      "debug", ".a | stderr", "input_filename", "input_line_number", "halt", "halt_error(1)", "now", "localtime",
      "strflocaltime(\"%Y\")", "$__loc__", "{$__loc__}", "{$ENV}", "\"\\(env)\"", "\"\\(\"\\(env)\")\"", "{(env): 1}",
      "{\"\\(env)\": 1}", "{a: env}", "{a: 1 | env}", "[1,env]", "{a: [1, env]}", "def f: env; f", "$__prog_args",
      "__type", "get_search_list", "modulemeta", "x::y", "if env then 1 else 2 end", "#c\nenv", "1env | env",
      ".a.b|env",
      "@text \"\\(env)\"", "fromstream(1)", "reduce env as $x (0; 1)", ". as {a: $x} | env", "$__loc__.file",
    ])
  func refused(filter: String) {
    let problem = JQFilters.problem(of: filter)
    #expect(problem?.contains("is not available") == true, "\(problem ?? "accepted")")
    #expect(throws: JQError.self) { try JQFilters().add(filter, at: "here") }
  }

  @Test(
    "The same letters in texts, fields and names of members are no such name",
    arguments: [
      ".env", ".input.now", "\"env input now\"", "{env: .a, input, now: 1}", "{\"env\": 1}", "# env\n.", ".a # env",
      "def environment: 1; environment", "$environment", "@uri \"env \\(.a) now\"", "{a: 1, env: 2}",
      ". as {env: $x} | $x",
      "\"\\\"env\"", "\"\\\\\" + \"env\"", ".[\"env\"]", "{a: {input: .b}, debug}", "1.5e3 + .5", "..", "_nwise(2)",
    ])
  func allowed(filter: String) { #expect(JQFilters.problem(of: filter) == nil) }

  @Test(
    "A filter cannot reach beyond its place in the program of all filters",
    arguments: [
      ".a) | (.b", ".) else env end", "[", "{", "(", "\"", "\"\\(", ")", "]", "}", "(]", "[)", "\"\\(1]\"", "\"\\(", "",
      "  ",
      "# only a comment", ". # continues \\", "(1;2", "\"\\\\\\\"",
    ])
  func brackets(filter: String) {
    #expect(JQFilters.problem(of: filter) != nil)
  }

  @Test("A problem has its line")
  func line() {
    #expect(
      JQFilters.problem(of: ".a\n| \"x\ny\"\n| env")?.hasPrefix("line 4 of the filter: env is not available") == true)
  }
}
