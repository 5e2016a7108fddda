import "../arena/arena";
