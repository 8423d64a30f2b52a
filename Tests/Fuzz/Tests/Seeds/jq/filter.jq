def f: .a; {id: "x_\(.id | tostring)", env, a: [.b[]?, $x.y]} # env
| if .a then f else empty end