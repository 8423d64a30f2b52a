/// Definitions before the filters of a program. They keep marked numbers numbers, and refuse what would stop the process:
/// libjq 1.6 runs out of memory, or never returns, for some arguments, which may come from a source.
enum JQPrelude {
  /// Marks a number that a double cannot hold. Noncharacters, which texts of a source do not have.
  static let mark = Unicode.Scalar(UInt16(0xFDD0)) ?? " "
  static let endMark = Unicode.Scalar(UInt16(0xFDD1)) ?? " "

  /// Ends with a line break.
  /// - Parameter marks: true if inputs may have marked numbers. Without them the filters are a third faster.
  static func text(marks: Bool) -> String { originals + (marks ? Self.marks : "") + guards }

  private static let originals = """
    def __type: type; def __tonumber: tonumber; def __tostring: tostring; def __format(f): format(f);
    def __multiply(a; b): a * b; def __indices(i): indices(i); def __setpath(p; v): setpath(p; v);
    def __strftime(f): strftime(f); def __gmtime: gmtime;

    """

  private static let marks = """
    def __marked: __type == "string" and startswith("\\ufdd0");
    def type: if __marked then "number" else __type end;
    def tonumber: if __marked then .[1:-1] | __tonumber else __tonumber end;
    def tostring: if __marked then .[1:-1] else __tostring end;
    def format(f): f as $f
      | if __marked and any("text", "uri", "base64", "base32"; . == $f) then .[1:-1] else . end | __format($f);
    def join($separator): reduce .[] as $element (null; (if . == null then "" else . + $separator end)
      + ($element | if . == null then "" elif __type == "boolean" or __type == "number" then tojson
        else if __marked then .[1:-1] else . end end)) // "";
    def numbers: select(type == "number");
    def strings: select(type == "string");
    def scalars: select(type | . != "array" and . != "object");
    def __ordered: if __marked then error("a number beyond 2^53 has no order for jq: tonumber makes it a double") else . end;
    def __less(a; b): a < b; def __lesseq(a; b): a <= b;
    def _less(a; b): (b | __ordered) as $b | (a | __ordered) as $a | __less($a; $b);
    def _lesseq(a; b): (b | __ordered) as $b | (a | __ordered) as $a | __lesseq($a; $b);
    def _greater(a; b): (b | __ordered) as $b | (a | __ordered) as $a | __less($b; $a);
    def _greatereq(a; b): (b | __ordered) as $b | (a | __ordered) as $a | __lesseq($b; $a);

    """

  private static let guards = """
    def __long(text; count):
      (text | __type) == "string" and (count | __type) == "number" and (text | length) * count > 1000000;
    def _multiply(a; b): b as $b | a as $a
      | if __long($a; $b) or __long($b; $a) then error("a text would have more than 1000000 characters")
        else __multiply($a; $b) end;
    def indices($i): if $i == "" then [] else __indices($i) end;
    def index($i): indices($i) | .[0];
    def rindex($i): indices($i) | .[-1:][0];
    def setpath(p; v): p as $p | v as $v
      | if ($p | __type) == "array" and any($p[]; __type == "number" and . > 100000)
        then error("an index is greater than 100000") else __setpath($p; $v) end;
    def _assign(paths; $value): reduce path(paths) as $path (.; setpath($path; $value));
    def _modify(paths; update): reduce path(paths) as $path (.;
      label $done | (setpath($path; getpath($path) | update) | ., break $done), delpaths([$path]));
    def __time: if __type == "number" and (. > 1e12 or . < -1e12 or isnan)
      then error("a time is out of range") else . end;
    def strftime(f): __time | __strftime(f);
    def gmtime: __time | __gmtime;
    def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
    def todateiso8601: todate;
    def date: todate;

    """
}
