import "../main/host/folders";
