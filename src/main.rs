fn main() {
    print!("{}", syllabus::graphql::sdl());
}
